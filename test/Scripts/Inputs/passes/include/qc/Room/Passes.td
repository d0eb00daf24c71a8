include "mlir/Pass/PassBase.td"

def FoldDBLThingsPass : Pass<"qc-fold-dbl-things"> {
  let summary = "Complete";
  let description = [{
    Does: nothing. Needs: nothing. Leaves: everything.
    ```mlir
    // as it was
    ```
  }];
}

def BareThingPass : Pass<"qc-bare"> {
  let options = [Option<"deep", "deep", "bool", "false", "">];
}
