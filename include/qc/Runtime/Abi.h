/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Types shared by the headers of all compiled models. The header NAME.h of a model contains this text, so that it needs
 * no other file; the guard lets headers of several models meet in one program. Valid C99 and C++. */
#ifndef QC_RUNTIME_ABI_H
#define QC_RUNTIME_ABI_H
#include <stddef.h>
#include <stdint.h>

/** Version of everything in this part. Fields are only ever added at the end of a struct, behind its size. */
#define QC_ABI_VERSION 2

/** What a call answers. Nothing else is reported: no call writes to stderr, exits, or raises a signal. */
typedef enum qc_status {
  QC_OK = 0,
  QC_INVALID_ARGUMENT = 1,  /**< a null pointer, a wrong struct size, index, dtype, shape, alignment or overlap */
  QC_UNSUPPORTED_CPU = 2,   /**< this machine, or the level cap, is below the artefact's lowest level */
  QC_OUT_OF_MEMORY = 3,     /**< no memory, or no thread could be started */
  QC_BUFFER_TOO_SMALL = 4,  /**< a tensor's buffer holds fewer bytes than its shape needs; the caller's workspace does
                                 not suffice for what the state has become: a null one does */
  QC_SIZE_OUT_OF_RANGE = 5, /**< an extent of an input is outside the range that the model was compiled for, or a size
                                 that follows from it is larger than memory */
  QC_SIZE_MISMATCH = 6,     /**< two extents differ that this model needs to be equal; NAME_output_dims says which */
  QC_BAD_DATA = 7,          /**< an index outside its tensor, an integer division by zero, ...: outputs are undefined */
  QC_STATE_FULL = 8,        /**< a state has no room for what this run would add to it; it is as before the run */
  QC_BUSY = 9               /**< another call reads or writes the state of this handle */
} qc_status;

/** Element types, by their numbers in ONNX's TensorProto.DataType. Little endian; bool is one byte, 0 or 1; of I4 and
 * U4 two lie in a byte, the first in its low half. */
typedef enum qc_dtype {
  QC_F32 = 1,
  QC_U8 = 2,
  QC_I8 = 3,
  QC_U16 = 4,
  QC_I16 = 5,
  QC_I32 = 6,
  QC_I64 = 7,
  QC_BOOL = 9,
  QC_F16 = 10,
  QC_F64 = 11,
  QC_BF16 = 16,
  QC_U4 = 21,
  QC_I4 = 22
} qc_dtype;

/** Which side of the model NAME_io asks about. */
typedef enum qc_direction { QC_INPUT = 0, QC_OUTPUT = 1 } qc_direction;

/** One value in the middle of a model that was compiled with observers: what the observe callback receives. It is valid
 * during the call only. */
typedef struct qc_observation {
  size_t size;            /**< sizeof(qc_observation), set by the model */
  const char *symbol;     /**< name of the statistics symbol, UTF-8 */
  int32_t dtype;          /**< qc_dtype */
  int32_t rank;           /**< number of dimensions, 0 for a scalar */
  const int64_t *dims;    /**< rank extents */
  const int64_t *strides; /**< rank strides, in elements */
  const void *data;       /**< element [0, ..., 0] */
} qc_observation;

/** Called from the thread that called NAME_run, between two steps of the model, rounding to nearest without flush to
 * zero. Concurrent runs call it concurrently. */
typedef void (*qc_observe_fn)(void *user, const qc_observation *observation);

/** One step of a run that has ended: what the launch callback receives. It is valid during the call only. */
typedef struct qc_launch {
  size_t size;         /**< sizeof(qc_launch), set by the model */
  int32_t index;       /**< of the step in the model, whatever the sizes of the inputs; a loop comes to it again */
  int32_t kernel;      /**< index of its kernel */
  int64_t tiles;       /**< how many parts it consists of */
  int32_t num_args;    /**< number of args */
  const int64_t *args; /**< what each part was given: numbers and addresses */
} qc_launch;

/** Called behind each step, from the thread that called NAME_run: the times between calls are those of the steps where
 * the model has one thread. It must not call the model. */
typedef void (*qc_launch_fn)(void *user, const qc_launch *launch);

/** How NAME_open opens a model. Zero is the default of every field but size. */
typedef struct qc_options {
  size_t size;           /**< sizeof(qc_options), set by the caller */
  int32_t threads;       /**< threads of a run, the calling one included: 1 to 1024; 0 means 1 */
  const char *max_level; /**< highest CPU level to use, as "x86-64-v3"; null: no cap. The environment variable
                              QC_MAX_LEVEL caps it too */
  qc_observe_fn observe; /**< null: observers are skipped */
  void *observe_user;    /**< first argument of observe */
  qc_launch_fn launched; /**< null: steps are not reported */
  void *launch_user;     /**< first argument of launched */
} qc_options;

/** One input or output of a model. The pointers stay valid until NAME_close. */
typedef struct qc_tensor_desc {
  size_t size;         /**< sizeof(qc_tensor_desc), set by the caller */
  const char *name;    /**< the ONNX name, UTF-8 */
  int32_t dtype;       /**< qc_dtype */
  int32_t rank;        /**< number of dimensions, 0 for a scalar */
  const int64_t *dims; /**< rank extents; -1: symbolic, any extent */
} qc_tensor_desc;

/** One buffer handed to NAME_run: contiguous, row-major, in the logical order of the ONNX model. It need not be aligned
 * beyond its element size. */
typedef struct qc_tensor {
  size_t size;  /**< sizeof(qc_tensor), set by the caller; the same in all elements of one array */
  void *data;   /**< first element; only read where the tensor is an input; null is legal where there are no elements */
  size_t bytes; /**< bytes readable (input) or writable (output) at data: at least what the shape needs */
  int32_t dtype;       /**< qc_dtype, checked; 0: the model's */
  int32_t rank;        /**< number of dims; read only if dims is not null */
  const int64_t *dims; /**< extents, checked; null: the model's, where none is symbolic (of an output: those that follow
                            from the inputs) */
  int64_t *produced;   /**< of an output: null, or room for its rank extents, which a run that succeeds writes */
} qc_tensor;

#endif /* QC_RUNTIME_ABI_H */
