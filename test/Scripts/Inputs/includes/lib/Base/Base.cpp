#include "Inner.h"
#include "qc/Upper/Head.h"
#include "llvm/ADT/StringRef.h"
#include "../Upper/Inner.h"
#include "onnx.pb.h"
#include <vector>
#include <coin/Cbc_C_Interface.h>
