// Every operation of the scalar kind is printed as it is read.
// RUN: qc-opt %s | qc-opt | FileCheck %s

// CHECK-LABEL: @add
// CHECK: qc.add {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
func.func @add(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = qc.add %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @mul
// CHECK: qc.mul {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
func.func @mul(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = qc.mul %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @sub
// CHECK: qc.sub {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
func.func @sub(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = qc.sub %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @div
// CHECK: qc.div {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
func.func @div(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = qc.div %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @pow
// CHECK: qc.pow {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
func.func @pow(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = qc.pow %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @max
// CHECK: qc.max {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
func.func @max(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = qc.max %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @min
// CHECK: qc.min {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
func.func @min(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = qc.min %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @prelu
// CHECK: qc.prelu {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
func.func @prelu(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = qc.prelu %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @mod
// CHECK: qc.mod {{.*}}: (tensor<?x3xi64>, tensor<3xi64>) -> tensor<?x3xi64>
func.func @mod(%a: tensor<?x3xi64>, %b: tensor<3xi64>) -> tensor<?x3xi64> {
  %y = qc.mod %a, %b : (tensor<?x3xi64>, tensor<3xi64>) -> tensor<?x3xi64>
  return %y : tensor<?x3xi64>
}
// CHECK-LABEL: @remainder
// CHECK: qc.remainder {{.*}}: (tensor<?x3xi64>, tensor<3xi64>) -> tensor<?x3xi64>
func.func @remainder(%a: tensor<?x3xi64>, %b: tensor<3xi64>) -> tensor<?x3xi64> {
  %y = qc.remainder %a, %b : (tensor<?x3xi64>, tensor<3xi64>) -> tensor<?x3xi64>
  return %y : tensor<?x3xi64>
}
// CHECK-LABEL: @neg
// CHECK: qc.neg {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @neg(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.neg %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @abs
// CHECK: qc.abs {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @abs(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.abs %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @sign
// CHECK: qc.sign {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @sign(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.sign %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @floor
// CHECK: qc.floor {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @floor(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.floor %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @ceil
// CHECK: qc.ceil {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @ceil(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.ceil %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @round
// CHECK: qc.round {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @round(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.round %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @reciprocal
// CHECK: qc.reciprocal {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @reciprocal(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.reciprocal %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @sqrt
// CHECK: qc.sqrt {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @sqrt(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.sqrt %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @exp
// CHECK: qc.exp {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @exp(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.exp %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @sin
// CHECK: qc.sin {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @sin(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.sin %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: @cos
// CHECK: qc.cos {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @cos(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.cos %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: @log
// CHECK: qc.log {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @log(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.log %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @sigmoid
// CHECK: qc.sigmoid {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @sigmoid(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.sigmoid %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @tanh
// CHECK: qc.tanh {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @tanh(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.tanh %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @erf
// CHECK: qc.erf {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @erf(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.erf %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @gelu
// CHECK: qc.gelu {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @gelu(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.gelu %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @gelu_tanh
// CHECK: qc.gelu_tanh {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @gelu_tanh(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.gelu_tanh %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @silu
// CHECK: qc.silu {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @silu(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.silu %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @mish
// CHECK: qc.mish {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @mish(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.mish %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @softplus
// CHECK: qc.softplus {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @softplus(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.softplus %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @softsign
// CHECK: qc.softsign {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @softsign(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.softsign %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @leaky_relu
// CHECK: qc.leaky_relu {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @leaky_relu(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.leaky_relu %x {alpha = 0.01 : f32} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @elu
// CHECK: qc.elu {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @elu(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.elu %x {alpha = 1.0 : f32} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @celu
// CHECK: qc.celu {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @celu(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.celu %x {alpha = 1.0 : f32} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @selu
// CHECK: qc.selu {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @selu(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.selu %x {alpha = 1.5 : f32, gamma = 1.0 : f32} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @relu
// CHECK: qc.relu {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @relu(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.relu %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @hard_sigmoid
// CHECK: qc.hard_sigmoid {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @hard_sigmoid(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.hard_sigmoid %x {alpha = 0.2 : f32, beta = 0.5 : f32} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @hard_swish
// CHECK: qc.hard_swish {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xf32>
func.func @hard_swish(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = qc.hard_swish %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @equal
// CHECK: qc.equal {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
func.func @equal(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xi1> {
  %y = qc.equal %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @greater
// CHECK: qc.greater {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
func.func @greater(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xi1> {
  %y = qc.greater %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @less
// CHECK: qc.less {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
func.func @less(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xi1> {
  %y = qc.less %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @greater_or_equal
// CHECK: qc.greater_or_equal {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
func.func @greater_or_equal(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xi1> {
  %y = qc.greater_or_equal %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @less_or_equal
// CHECK: qc.less_or_equal {{.*}}: (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
func.func @less_or_equal(%a: tensor<?x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xi1> {
  %y = qc.less_or_equal %a, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @and
// CHECK: qc.and {{.*}}: (tensor<?x3xi1>, tensor<3xi1>) -> tensor<?x3xi1>
func.func @and(%a: tensor<?x3xi1>, %b: tensor<3xi1>) -> tensor<?x3xi1> {
  %y = qc.and %a, %b : (tensor<?x3xi1>, tensor<3xi1>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @or
// CHECK: qc.or {{.*}}: (tensor<?x3xi1>, tensor<3xi1>) -> tensor<?x3xi1>
func.func @or(%a: tensor<?x3xi1>, %b: tensor<3xi1>) -> tensor<?x3xi1> {
  %y = qc.or %a, %b : (tensor<?x3xi1>, tensor<3xi1>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @xor
// CHECK: qc.xor {{.*}}: (tensor<?x3xi1>, tensor<3xi1>) -> tensor<?x3xi1>
func.func @xor(%a: tensor<?x3xi1>, %b: tensor<3xi1>) -> tensor<?x3xi1> {
  %y = qc.xor %a, %b : (tensor<?x3xi1>, tensor<3xi1>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @not
// CHECK: qc.not {{.*}}: (tensor<?x3xi1>) -> tensor<?x3xi1>
func.func @not(%x: tensor<?x3xi1>) -> tensor<?x3xi1> {
  %y = qc.not %x : (tensor<?x3xi1>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @is_nan
// CHECK: qc.is_nan {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xi1>
func.func @is_nan(%x: tensor<?x3xf32>) -> tensor<?x3xi1> {
  %y = qc.is_nan %x : (tensor<?x3xf32>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @is_inf
// CHECK: qc.is_inf {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xi1>
func.func @is_inf(%x: tensor<?x3xf32>) -> tensor<?x3xi1> {
  %y = qc.is_inf %x {negative = 1.0 : f32, positive = 1.0 : f32} : (tensor<?x3xf32>) -> tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}
// CHECK-LABEL: @where
// CHECK: qc.where {{.*}}: (tensor<?x3xi1>, tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
func.func @where(%c: tensor<?x3xi1>, %x: tensor<?x3xf32>, %o: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = qc.where %c, %x, %o : (tensor<?x3xi1>, tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: @cast
// CHECK: qc.cast {{.*}}: (tensor<?x3xf32>) -> tensor<?x3xi64>
func.func @cast(%x: tensor<?x3xf32>) -> tensor<?x3xi64> {
  %y = qc.cast %x {to = i64} : (tensor<?x3xf32>) -> tensor<?x3xi64>
  return %y : tensor<?x3xi64>
}
