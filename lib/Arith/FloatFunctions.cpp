// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The f32 functions, for float.
#include "qc/Arith/FloatFunctions.h"
#include "qc/Arith/Functions.h"

namespace qc::numerics {

float exp(float x) { return f32::exp(x); }
float expm1(float x) { return f32::expm1(x); }
float log(float x) { return f32::log(x); }
float log1p(float x) { return f32::log1p(x); }
float tanh(float x) { return f32::tanh(x); }
float sigmoid(float x) { return f32::sigmoid(x); }
float erf(float x) { return f32::erf(x); }
float softplus(float x) { return f32::softplus(x); }
float sqrt(float x) { return f32::squareRoot(x); }
float rsqrt(float x) { return f32::reciprocalSquareRoot(x); }
float sin(float x) { return f32::sin(x); }
float cos(float x) { return f32::cos(x); }
float pow(float x, float y) { return f32::pow(x, y); }

float silu(float x) { return f32::silu(x); }
float mish(float x) { return f32::mish(x); }
float gelu(float x) { return f32::gelu(x); }
float geluTanh(float x) { return f32::geluTanh(x); }
float elu(float x, float alpha) { return f32::elu(x, alpha); }
float celu(float x, float alpha) { return f32::celu(x, alpha); }
float selu(float x, float alpha, float gamma) { return f32::selu(x, alpha, gamma); }

} // namespace qc::numerics
