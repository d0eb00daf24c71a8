// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-solve: the best choices of a problem of docs/Search.md.
#include "qc/Files/InputFile.h"
#include "qc/Files/OutputFile.h"
#include "qc/Search/Competitors.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace qc::search;

static cl::OptionCategory category("qc-solve options");
static cl::opt<std::string> input(cl::Positional, cl::Required, cl::desc("PROBLEM.json"), cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("where to write the answer (default: standard output)"),
                                   cl::value_desc("FILE"), cl::init("-"), cl::cat(category));
static cl::opt<unsigned> points("front", cl::desc("least loss at N budgets, from the cheapest to the least loss"),
                                cl::value_desc("N"), cl::cat(category));
static cl::opt<std::string> resourceName("resource",
                                         cl::desc("resource of the budgets of --front (default: the first)"),
                                         cl::value_desc("NAME"), cl::cat(category));

static cl::opt<bool> greedy("greedy", cl::desc("the greedy answer, by loss per cost, in place of the best"),
                            cl::cat(category));
static cl::opt<bool> uniform("uniform", cl::desc("one choice for all, by each name, within the bounds or not"),
                             cl::cat(category));
static cl::opt<unsigned> draws("random", cl::desc("N answers at random within the bounds"), cl::value_desc("N"),
                               cl::cat(category));
static cl::opt<uint64_t> seed("seed", cl::desc("of --random (default: 0)"), cl::value_desc("N"), cl::cat(category));

static constexpr unsigned kMaxPoints = 1000;
/// Exit status where nothing is within the bounds.
static constexpr int kInfeasible = 2;

static Expected<json::Object> describeInfeasible(const Problem &problem) {
  Expected<std::vector<LeastTotal>> totals = findLeastTotals(problem);
  if (!totals)
    return totals.takeError();
  json::Array bounds;
  for (const LeastTotal &total : *totals)
    bounds.push_back(json::Object{{"name", total.resource ? problem.resources[*total.resource].name : "loss"},
                                  {"bound", total.bound},
                                  {"least", total.least}});
  return json::Object{{"version", 1}, {"status", "infeasible"}, {"bounds", std::move(bounds)}};
}

static Expected<json::Object> describeBest(const Problem &problem) {
  Expected<std::optional<Answer>> answer = solve(problem);
  if (!answer)
    return answer.takeError();
  if (!*answer)
    return describeInfeasible(problem);
  json::Object object = toJson(problem, **answer);
  object["version"] = 1;
  object["status"] = "optimal";
  return object;
}

/// The index of the resource that --resource names.
static Expected<unsigned> findResource(const Problem &problem) {
  if (problem.resources.empty())
    return createStringError("--front: there are no resources, accepted is a problem with one at least");
  if (resourceName.getNumOccurrences() == 0)
    return 0;
  std::string names;
  for (auto [index, resource] : enumerate(problem.resources)) {
    if (resource.name == resourceName)
      return index;
    names += (names.empty() ? "" : ", ") + resource.name;
  }
  return createStringError("--resource: '" + resourceName + "', accepted is one of " + names);
}

static Expected<json::Object> describeFront(const Problem &problem) {
  Expected<unsigned> resource = findResource(problem);
  if (!resource)
    return resource.takeError();
  Expected<std::vector<Answer>> answers = front(problem, *resource, points);
  if (!answers)
    return answers.takeError();
  if (answers->empty())
    return describeInfeasible(problem);
  json::Array list;
  for (const Answer &answer : *answers)
    list.push_back(toJson(problem, answer));
  return json::Object{{"version", 1},
                      {"status", "optimal"},
                      {"resource", problem.resources[*resource].name},
                      {"points", std::move(list)}};
}

static json::Object describeList(const Problem &problem, ArrayRef<Answer> answers, ArrayRef<std::string> names = {}) {
  json::Array list;
  for (auto [index, answer] : enumerate(answers)) {
    list.push_back(toJson(problem, answer));
    list.back().getAsObject()->insert({"within", isWithinBounds(problem, answer.choices)});
    if (!names.empty())
      list.back().getAsObject()->insert({"name", names[index]});
  }
  return json::Object{{"version", 1}, {"answers", std::move(list)}};
}

// These may find nothing though there is an answer: then the list is empty.
static json::Object describeGreedy(const Problem &problem) {
  std::optional<Answer> answer = solveGreedy(problem);
  return describeList(problem, answer ? ArrayRef<Answer>(*answer) : ArrayRef<Answer>());
}

static json::Object describeUniform(const Problem &problem) {
  std::vector<Answer> answers;
  std::vector<std::string> names;
  for (UniformAnswer &answer : listUniform(problem)) {
    answers.push_back(std::move(answer.answer));
    names.push_back(std::move(answer.name));
  }
  return describeList(problem, answers, names);
}

static json::Object describeRandom(const Problem &problem) {
  return describeList(problem, drawRandom(problem, seed, draws));
}

static Expected<json::Object> describe(const Problem &problem) {
  if (points.getNumOccurrences() > 0)
    return describeFront(problem);
  if (draws.getNumOccurrences() > 0)
    return describeRandom(problem);
  if (greedy)
    return describeGreedy(problem);
  return uniform ? Expected<json::Object>(describeUniform(problem)) : describeBest(problem);
}

static Error checkCount(const cl::opt<unsigned> &option) {
  if (option.getNumOccurrences() > 0 && (option == 0 || option > kMaxPoints))
    return createStringError("--" + option.ArgStr + ": " + Twine(option) + ", accepted is 1 to " + Twine(kMaxPoints));
  return Error::success();
}

static Error checkOptions() {
  for (cl::Option *option : std::initializer_list<cl::Option *>{&output, &points, &resourceName, &draws, &seed})
    if (option->getNumOccurrences() > 1)
      return createStringError("option '" + option->ArgStr + "' is given twice, accepted is once");
  if (Error error = joinErrors(checkCount(points), checkCount(draws)))
    return error;
  if (points.getNumOccurrences() == 0 && resourceName.getNumOccurrences() > 0)
    return createStringError("--resource needs --front");
  if (draws.getNumOccurrences() == 0 && seed.getNumOccurrences() > 0)
    return createStringError("--seed needs --random");
  if ((points.getNumOccurrences() > 0) + (draws.getNumOccurrences() > 0) + greedy + uniform > 1)
    return createStringError("of --front, --random, --greedy and --uniform one can be given");
  return qc::checkOutputPath(output, {input});
}

static Expected<int> run() {
  if (Error error = checkOptions())
    return error;
  Expected<std::unique_ptr<MemoryBuffer>> file = qc::readCopy(input);
  if (!file)
    return file.takeError();
  Expected<Problem> problem = readProblem((*file)->getBuffer());
  if (!problem)
    return createStringError("'" + input + "': " + toString(problem.takeError()));
  Expected<json::Object> answer = describe(*problem);
  if (!answer)
    return answer.takeError();
  int status = answer->getString("status") == "infeasible" ? kInfeasible : 0;
  json::Value value(std::move(*answer));
  if (Error error = qc::writeOutputFile(output, [&](raw_ostream &os) { os << formatv("{0:2}", value) << "\n"; }))
    return error;
  return status;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(
      [](raw_ostream &os) { os << "qc-solve " QC_VERSION_STRING " (LLVM " LLVM_VERSION_STRING ")\n"; });
  cl::ParseCommandLineOptions(argc, argv,
                              "chooses a format for each group: least loss within budgets, or least cost within a "
                              "bound of the loss\n\nExit status: 0 an answer, 1 an error, 2 nothing is within the "
                              "bounds\n");
  Expected<int> status = run();
  if (!status) {
    WithColor::error(errs(), "qc-solve") << toString(status.takeError()) << "\n";
    return 1;
  }
  return *status;
}
