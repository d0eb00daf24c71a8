// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calibration and test data: the DATA argument of the tools.
#pragma once
#include "qc/Data/Tensor.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace qc::data {

/// An input that data is for: its name, element type and shape (batch axis first); -1: any extent.
struct InputSpec {
  std::string name;
  DType dtype = DType::F32;
  llvm::SmallVector<int64_t, 4> dims;
};

/// How many samples a file holds.
enum class Feed {
  Samples, ///< several stacked on the first dimension, where all extents are known; else one
  Rows,    ///< as many as its arrays have rows: the first extent of all inputs is -1, and a sample has one row
  Steps    ///< one, a sequence for a model with state: what the inputs take stands once for each step
};

/// Data for all inputs of a model, one sample (the full input shape) after the other.
///
/// DATA is a directory, a list file (one path per line, relative to the list file; empty lines are skipped) or a single
/// data file. Data files are
/// - `.npy`, for a model with one input;
/// - `.npz`, one array per input, keyed by the inputs' names;
/// - directories `test_data_set_<n>` of the ONNX model zoo, with `input_<k>.pb` for input k and for no other.
/// A directory gives its .npy and .npz files by name, then its test data sets by number; other files are not looked at.
/// A directory that is itself a test data set is one. Each file holds one sample in the input's full shape, or several
/// stacked on the batch axis: dims[0] a multiple of the input's, the other dimensions equal. Element types must match.
/// For a model with state a file holds a sequence: its arrays have one more dimension in front, the steps, of which
/// there are equally many in all arrays but those of one step, which counts for all. An array of one dimension holds
/// steps of one element each, where the input takes that. Samples are read one file at a time; mapped and stored files
/// are read as they are touched.
class DataSet {
public:
  /// Looks at the headers of all files, so that a wrong file is reported before any work starts.
  /// Arrays of .npz files that are called as one of
  /// `ignored` (labels, say) are passed over, others that are no input are an error.
  static llvm::Expected<DataSet> open(llvm::StringRef path, llvm::ArrayRef<InputSpec> inputs, Feed feed = Feed::Samples,
                                      llvm::ArrayRef<std::string> ignored = {});

  /// The files that the data set `path` is made of, by name only: data files, the list file, everything in the folders
  /// of test data sets. What cannot be read lists as far as it can: `open` says why.
  static std::vector<std::string> listFiles(llvm::StringRef path);

  /// Number of samples in the input's full shape; at least 1.
  int64_t getNumSamples() const;

  /// Where sample `index` lies: "'a.npy'", or "'a.npy', sample 2" in a file of several, which count from 0.
  std::string describeSample(int64_t index) const;

  /// Calls `visit` for each sample in order with one tensor per input, in the inputs' order. Stops at the first error.
  llvm::Error forEachSample(llvm::function_ref<llvm::Error(int64_t index, llvm::ArrayRef<Tensor> sample)> visit) const;

private:
  struct File {
    std::string path;
    enum Kind { Npy, Npz, TestSet } kind;
    int64_t samples = 0;
    int64_t steps = 0; ///< of a sequence
  };

  /// A data file as a folder or a list names it.
  struct Entry {
    std::string path;
    int64_t line = 0; ///< of a list, from 1
  };
  static llvm::Error findEntries(llvm::StringRef path, std::vector<Entry> &entries);
  static llvm::Error findInDirectory(llvm::StringRef path, std::vector<Entry> &entries);
  static llvm::Error findInList(llvm::StringRef path, std::vector<Entry> &entries);
  llvm::Error addFile(llvm::StringRef path);
  llvm::Error scan(File &file) const;
  llvm::Expected<std::vector<Tensor>> load(const File &file) const;

  std::vector<InputSpec> inputs;
  Feed feed = Feed::Samples;
  std::vector<std::string> ignored; ///< names of arrays
  std::vector<File> files;
};

/// Steps of a sample for a model with state.
int64_t countSteps(llvm::ArrayRef<Tensor> sequence);
/// What the inputs of a model with state are in one step of a sample.
llvm::SmallVector<Tensor, 4> takeStep(llvm::ArrayRef<Tensor> sequence, int64_t step);

} // namespace qc::data
