#include "qc/Base/Head.h"
#include "lib/Base/Inner.h"
#include "mlir/IR/Value.h"
