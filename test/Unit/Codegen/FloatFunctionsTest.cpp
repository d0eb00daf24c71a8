// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The f32 functions as kernels write them, at every level with fused multiply-add and as device code: Arith's bytes.
#include "qc/Arith/FloatFunctions.h"
#include "JitKernel.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "qc/Arith/Functions.h"
#include "qc/Codegen/EmittedFloat.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace qc;
using namespace qc::test;
using qc::kernel::EmittedFloat;

namespace {
/// A function of x and, where it takes one, a second value.
struct Function {
  const char *name;
  EmittedFloat (*emit)(EmittedFloat x, EmittedFloat y);
  float (*compute)(float x, float y);
};

class FloatFunctionsTest : public ::testing::TestWithParam<Target> {};
} // namespace

#define QC_FUNCTION(emitted, computed)                                                                                 \
  {#emitted, [](EmittedFloat x, EmittedFloat y) { return (void)y, numerics::f32::emitted; },                           \
   [](float x, float y) { return (void)y, numerics::computed; }}

static const Function functions[] = {
    QC_FUNCTION(exp(x), exp(x)),
    QC_FUNCTION(expm1(x), expm1(x)),
    QC_FUNCTION(log(x), log(x)),
    QC_FUNCTION(log1p(x), log1p(x)),
    QC_FUNCTION(sigmoid(x), sigmoid(x)),
    QC_FUNCTION(tanh(x), tanh(x)),
    QC_FUNCTION(erf(x), erf(x)),
    QC_FUNCTION(softplus(x), softplus(x)),
    QC_FUNCTION(squareRoot(x), sqrt(x)),
    QC_FUNCTION(reciprocalSquareRoot(x), rsqrt(x)),
    QC_FUNCTION(sin(x), sin(x)),
    QC_FUNCTION(cos(x), cos(x)),
    QC_FUNCTION(silu(x), silu(x)),
    QC_FUNCTION(mish(x), mish(x)),
    QC_FUNCTION(gelu(x), gelu(x)),
    QC_FUNCTION(geluTanh(x), geluTanh(x)),
    QC_FUNCTION(elu(x, y), elu(x, y)),
    QC_FUNCTION(celu(x, y), celu(x, y)),
    QC_FUNCTION(selu(x, y, y), selu(x, y, y)),
    QC_FUNCTION(pow(x, y), pow(x, y)),
};

// One kernel: z[f * n + i] = f(x[i], y[i]) for every function.
static std::string writeKernel() {
  DialectRegistry registry;
  registry
      .insert<kernel::KernelDialect, arith::ArithDialect, math::MathDialect, memref::MemRefDialect, scf::SCFDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(R"(
kernel.func @k(%x: memref<?xf32>, %y: memref<?xf32>, %n: index, %z: memref<?xf32>, %tile: index) {
  scf.forall (%i) in (%n) {
    %u = memref.load %x[%i] : memref<?xf32>
    %v = memref.load %y[%i] : memref<?xf32>
  }
  kernel.return
})",
                                                             &context);
  auto kernel = *module->getOps<kernel::FuncOp>().begin();
  auto forall = *kernel.getOps<scf::ForallOp>().begin();
  SmallVector<memref::LoadOp> loads(forall.getOps<memref::LoadOp>());
  ImplicitLocOpBuilder b(UnknownLoc::get(&context), forall.getTerminator());
  EmittedFloat x{&b, loads[0]}, y{&b, loads[1]};
  Value row = forall.getInductionVar(0), size = kernel.getBody().getArgument(2), z = kernel.getBody().getArgument(3);
  for (const Function &f : functions) {
    memref::StoreOp::create(b, f.emit(x, y).value, z, row);
    row = arith::AddIOp::create(b, row, size);
  }
  std::string text;
  llvm::raw_string_ostream(text) << *kernel;
  return text;
}

// A number in 65,537 of all, and the places where something begins.
static std::vector<float> makeSample() {
  std::vector<float> sample;
  for (uint64_t bits = 0; bits < uint64_t(1) << 32; bits += 65537)
    sample.push_back(llvm::bit_cast<float>(uint32_t(bits)));
  for (float v :
       {0.0f,  0x1p-149f, 0x1p-126f, 0x1p-25f, 0x1p-12f, 0.625f,  0.75f,   0.921875f,       1.0f,      2.0f, 4.0f,
        16.0f, 20.0f,     26.0f,     88.8f,    104.0f,   0x1p17f, 0x1p24f, float(INFINITY), float(NAN)})
    for (float near : {std::nextafter(v, -INFINITY), v, std::nextafter(v, INFINITY)})
      for (float sign : {1.0f, -1.0f})
        sample.push_back(std::copysign(near, sign));
  return sample;
}

TEST_P(FloatFunctionsTest, areThoseOfArith) {
  auto compiled = JitKernel::compile(writeKernel(), GetParam());
  ASSERT_TRUE(compiled);
  std::vector<float> sample = makeSample();
  Guarded<float> x(sample.size()), y(sample.size()), z(sample.size() * std::size(functions));
  std::copy(sample.begin(), sample.end(), x.data());
  Random random(3);
  for (size_t i = 0; i < y.size(); ++i)
    y[i] = i % 3 == 0 ? sample[random.bits() % sample.size()] : random.real() * 8;
  compiled->run({x.slot(), y.slot(), int64_t(x.size()), z.slot()});
  for (auto [f, function] : llvm::enumerate(functions)) {
    int wrong = 0;
    for (size_t i = 0; i < x.size() && wrong < 4; ++i) {
      float want = function.compute(x[i], y[i]), got = z[f * x.size() + i];
      if (slotOf(want) != slotOf(got) && ++wrong)
        ADD_FAILURE() << function.name << " of " << x[i] << ", " << y[i] << " is " << got << ", not " << want;
    }
  }
}

static std::vector<Target> getFmaTargets() {
  std::vector<Target> targets = getTestTargets();
  llvm::erase_if(targets, [](const Target &target) { return !target.hasFma(); });
  return targets;
}

INSTANTIATE_TEST_SUITE_P(Levels, FloatFunctionsTest, ::testing::ValuesIn(getFmaTargets()),
                         [](const auto &info) { return info.param.name; });
