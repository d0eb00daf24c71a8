#include "qc/Base/Head.h"
