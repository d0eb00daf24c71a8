// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Control flow: branches and loops with regions of their own.
#ifndef QC_CONTROL_TD
#define QC_CONTROL_TD

include "dialects/QC/QCBase.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def QC_Condition : RankedTensorOf<[I1]>;
def QC_Trips : RankedTensorOf<[I64]>;

def QC_IfOp : QC_Op<"if", [SingleBlock, RecursiveMemoryEffects,
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["inferContents"]>]> {
  let summary = "one of two branches";
  let description = [{
    `then` where the one element of the condition is true, else `else`. Branches read values defined above. A dimension of a result is
    known where both branches know it alike. Only what stands in the branch that is taken is computed, and only what it demands
    of sizes is demanded of a run.

    **Constraints**
    - (if_c1) the condition has one element
    - (if_c2) both regions have one block without arguments that ends in `qc.yield`
    - (if_c3) a branch yields as many values as there are results, each of its result's element type and rank, of dimensions that
      are the result's as far as both are known

    ```mlir
    %y = qc.if %c : (tensor<i1>) -> tensor<?x4xf32> {
      qc.yield %a : tensor<2x4xf32>
    } else {
      %b = qc.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
      qc.yield %b : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins QC_Condition:$condition);
  let results = (outs Variadic<QC_Any>:$ys);
  let regions = (region SizedRegion<1>:$then_body, SizedRegion<1>:$else_body);
  let assemblyFormat = [{
    $condition attr-dict `:` functional-type(operands, results) $then_body `else` $else_body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    YieldOp getYield(unsigned branch);
  }];
}

def QC_LoopOp : QC_Op<"loop", [SingleBlock, RecursiveMemoryEffects, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface>]> {
  let summary = "a body that is run again and again";
  let description = [{
    The body's arguments are the number of the iteration and the carried values, which keep their shapes. It yields whether to go on,
    what the carried values become, and an element of each scan output:

        i = 0, carried = inits
        while i < trips (where there are trips) and condition (where there is one, true without)
          condition, carried, elements = body(i, carried)
          scan output s: elements[s] is slice i of its first dimension; the last but i where `backward[s]`
          i = i + 1
        results: carried, then the scan outputs

    Trips below 0 are none. A scan output needs a body that yields a condition known to be true, and trips: its first dimension is their
    number, or 0 where the condition is false.

    **Constraints**
    - (loop_c1) trips and condition have one element; one of them is given
    - (loop_c2) the body is one block whose first argument is a tensor<i64>, the others are as many as inits, of their element types
      and ranks, of dimensions that are theirs as far as both are known; it ends in `qc.yield`
    - (loop_c3) the body yields a condition of one element, as many carried values as inits, each of its argument's element type and
      rank, and one element for each entry of `backward`, with dimensions as in loop_c2
    - (loop_c4) the first results are those of the carried values, of their types as in loop_c2; the others have an element type and dimensions
      of what is yielded behind a first dimension

    ```mlir
    %h, %all = qc.loop trips(%n) carries(%h0) {backward = array<i1: false>} : (tensor<i64>, tensor<2x4xf32>)
        -> (tensor<2x4xf32>, tensor<?x2x4xf32>) {
    ^bb0(%i: tensor<i64>, %h1: tensor<2x4xf32>):
      %h2 = qc.tanh %h1 : (tensor<2x4xf32>) -> tensor<2x4xf32>
      qc.yield %true, %h2, %h2 : tensor<i1>, tensor<2x4xf32>, tensor<2x4xf32>
    }
    ```
  }];
  let arguments = (ins Optional<QC_Trips>:$trips, Optional<QC_Condition>:$condition, Variadic<QC_Any>:$inits,
                       DenseBoolArrayAttr:$backward);
  let results = (outs Variadic<QC_Any>:$ys);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`trips` `(` $trips^ `)`)? (`while` `(` $condition^ `)`)? (`carries` `(` $inits^ `)`)? attr-dict `:`
    functional-type(operands, results) $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    YieldOp getYield();
    size_t getNumCarried() { return getInits().size(); }
    ::mlir::BlockArgument getIteration() { return getBody().front().getArgument(0); }
    ::mlir::BlockArgument getCarried(size_t i) { return getBody().front().getArgument(unsigned(1 + i)); }
    /// Whether the body runs as often as the trips say: it goes on always, and begins unless the condition says no.
    bool isCounted();
  }];
}

def QC_YieldOp : QC_Op<"yield", [Pure, ReturnLike, Terminator, ParentOneOf<["IfOp", "LoopOp"]>]> {
  let summary = "the values of a region";
  let description = [{
    ```mlir
    qc.yield %a, %b : tensor<2xf32>, tensor<i64>
    ```
  }];
  let arguments = (ins Variadic<QC_Any>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

#endif
