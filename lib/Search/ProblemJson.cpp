// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The JSON form of a problem.
#include "qc/Search/Problem.h"
#include "qc/Text/Json.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace qc::search;

/// The value as it stands in the file, cut where it is long.
static std::string describe(const json::Value *value) {
  if (!value)
    return "nothing";
  std::string text = formatv("{0}", *value);
  if (json::isUTF8(text) && text.size() > 60)
    text = json::fixUTF8(StringRef(text).take_front(60)) + "...";
  return text;
}

static std::string at(StringRef list, size_t index) { return formatv("{0}[{1}]", list, index); }

static std::string under(StringRef path, StringRef key) { return path.empty() ? key.str() : (path + "." + key).str(); }

namespace {
/// Reads values from their place in the file; the first error stays.
class Reader {
public:
  Expected<Problem> read(const json::Value &root);

private:
  bool fail(const Twine &path, const json::Value *value, const Twine &accepted) {
    if (message.empty())
      message = (path + ": " + describe(value) + ", accepted is " + accepted).str();
    return false;
  }

  const json::Object *readObject(const json::Value *value, StringRef path, ArrayRef<StringRef> keys,
                                 const Twine &accepted);
  bool readList(const json::Object &object, StringRef path, StringRef key, bool isNeeded,
                function_ref<bool(const json::Value &, const std::string &)> readEntry);
  bool readText(const json::Object &object, StringRef path, StringRef key, std::string &text, bool isNeeded = true);
  bool readNumber(const json::Value *value, const Twine &path, double &number);
  bool readBound(const json::Object &object, StringRef path, StringRef key, std::optional<double> &bound);

  bool readResource(const json::Value &value, const std::string &path);
  bool readChoice(const json::Value &value, const std::string &path, Group &group);
  bool readGroup(const json::Value &value, const std::string &path);
  bool readEdge(const json::Value &value, const std::string &path);
  bool readTable(const json::Value &value, const std::string &path, const Edge &edge, std::vector<double> &table);
  bool readEdgeCosts(const json::Value &value, const std::string &path, Edge &edge);
  bool findGroup(const json::Value &value, const Twine &path, unsigned &index);
  bool readObjective(const json::Object &root);
  bool readPins(const json::Object &root);

  std::vector<StringRef> getResourceNames() const {
    std::vector<StringRef> names;
    for (const Resource &resource : problem.resources)
      names.push_back(resource.name);
    return names;
  }

  Problem problem;
  StringMap<unsigned> groups;
  std::string message;
};
} // namespace

/// Null where `value` is no object, or has a key that is not in `keys`.
const json::Object *Reader::readObject(const json::Value *value, StringRef path, ArrayRef<StringRef> keys,
                                       const Twine &accepted) {
  const json::Object *object = value ? value->getAsObject() : nullptr;
  if (!object) {
    fail(path.empty() ? "the file" : path, value, accepted);
    return nullptr;
  }
  SmallVector<StringRef> unknown;
  for (const auto &entry : *object)
    if (!is_contained(keys, StringRef(entry.first)))
      unknown.push_back(entry.first);
  if (unknown.empty())
    return object;
  llvm::sort(unknown); // the object's order is that of a hash table
  std::string known = keys.empty() ? "no key: there are no resources" : "only the keys " + join(keys, ", ");
  fail(under(path, unknown.front()), object->get(unknown.front()), known);
  return nullptr;
}

bool Reader::readList(const json::Object &object, StringRef path, StringRef key, bool isNeeded,
                      function_ref<bool(const json::Value &, const std::string &)> readEntry) {
  const json::Value *value = object.get(key);
  if (!value && !isNeeded)
    return true;
  const json::Array *list = value ? value->getAsArray() : nullptr;
  if (!list)
    return fail(under(path, key), value, "a list");
  for (size_t i = 0; i < list->size(); ++i)
    if (!readEntry((*list)[i], at(under(path, key), i)))
      return false;
  return true;
}

bool Reader::readText(const json::Object &object, StringRef path, StringRef key, std::string &text, bool isNeeded) {
  const json::Value *value = object.get(key);
  if (!value && !isNeeded)
    return true;
  std::optional<StringRef> read = value ? value->getAsString() : std::nullopt;
  if (!read)
    return fail(under(path, key), value, "a string");
  text = read->str();
  return true;
}

/// Whether an integer is one that f64 lacks.
static bool isInexact(const json::Value &value) {
  constexpr int64_t limit = int64_t(1) << 53;
  if (std::optional<int64_t> integer = value.getAsInteger())
    return *integer < -limit || *integer > limit ? __int128(double(*integer)) != *integer : false;
  if (std::optional<uint64_t> integer = value.getAsUINT64())
    return __int128(double(*integer)) != *integer;
  return false;
}

bool Reader::readNumber(const json::Value *value, const Twine &path, double &number) {
  std::optional<double> read = value ? value->getAsNumber() : std::nullopt;
  if (!read)
    return fail(path, value, "a number");
  if (isInexact(*value))
    return fail(path, value, "an integer that f64 can hold");
  number = *read;
  return true;
}

bool Reader::readBound(const json::Object &object, StringRef path, StringRef key, std::optional<double> &bound) {
  if (const json::Value *value = object.get(key))
    return readNumber(value, under(path, key), bound.emplace());
  return true;
}

bool Reader::readResource(const json::Value &value, const std::string &path) {
  const json::Object *object =
      readObject(&value, path, {"name", "unit", "budget"}, "an object with name, and perhaps unit and budget");
  Resource &resource = problem.resources.emplace_back();
  return object && readText(*object, path, "name", resource.name) &&
         readText(*object, path, "unit", resource.unit, /*isNeeded=*/false) &&
         readBound(*object, path, "budget", resource.budget);
}

bool Reader::readChoice(const json::Value &value, const std::string &path, Group &group) {
  const json::Object *object =
      readObject(&value, path, {"name", "loss", "costs"}, "an object with name, loss and costs");
  Choice &choice = group.choices.emplace_back();
  if (!object || !readText(*object, path, "name", choice.name) ||
      !readNumber(object->get("loss"), path + ".loss", choice.loss))
    return false;
  std::vector<StringRef> names = getResourceNames();
  const json::Value *costs = object->get("costs");
  if (names.empty() && !costs)
    return true;
  const json::Object *table = readObject(costs, path + ".costs", names, "an object with a number for each resource");
  if (!table)
    return false;
  for (StringRef name : names)
    if (!readNumber(table->get(name), path + ".costs." + name, choice.costs.emplace_back()))
      return false;
  return true;
}

bool Reader::readGroup(const json::Value &value, const std::string &path) {
  const json::Object *object = readObject(&value, path, {"name", "choices"}, "an object with name and choices");
  Group &group = problem.groups.emplace_back();
  if (!object || !readText(*object, path, "name", group.name))
    return false;
  groups.try_emplace(group.name, problem.groups.size() - 1); // one that is there already is an error of verify
  return readList(*object, path, "choices", /*isNeeded=*/true,
                  [&](const json::Value &choice, const std::string &to) { return readChoice(choice, to, group); });
}

bool Reader::findGroup(const json::Value &value, const Twine &path, unsigned &index) {
  std::optional<StringRef> name = value.getAsString();
  auto found = name ? groups.find(*name) : groups.end();
  if (found == groups.end())
    return fail(path, &value, "the name of a group");
  index = found->second;
  return true;
}

bool Reader::readTable(const json::Value &value, const std::string &path, const Edge &edge,
                       std::vector<double> &table) {
  size_t rows = problem.groups[edge.first].choices.size(), columns = problem.groups[edge.second].choices.size();
  std::string accepted = formatv("a list of {0} rows of {1} numbers", rows, columns);
  const json::Array *list = value.getAsArray();
  if (!list || list->size() != rows)
    return fail(path, &value, accepted);
  for (size_t i = 0; i < rows; ++i) {
    const json::Array *row = (*list)[i].getAsArray();
    if (!row || row->size() != columns)
      return fail(at(path, i), &(*list)[i], formatv("a row of {0} numbers", columns).str());
    for (size_t j = 0; j < columns; ++j)
      if (!readNumber(&(*row)[j], at(at(path, i), j), table.emplace_back()))
        return false;
  }
  return true;
}

bool Reader::readEdgeCosts(const json::Value &value, const std::string &path, Edge &edge) {
  std::vector<StringRef> names = getResourceNames();
  const json::Object *object = readObject(&value, path, names, "an object with tables of resources");
  if (!object)
    return false;
  edge.costs.resize(object->empty() ? 0 : names.size());
  for (size_t i = 0; i < edge.costs.size(); ++i)
    if (const json::Value *table = object->get(names[i]))
      if (!readTable(*table, path + "." + names[i].str(), edge, edge.costs[i]))
        return false;
  return true;
}

bool Reader::readEdge(const json::Value &value, const std::string &path) {
  const json::Object *object =
      readObject(&value, path, {"between", "loss", "costs"}, "an object with between, and perhaps loss and costs");
  if (!object)
    return false;
  Edge &edge = problem.edges.emplace_back();
  const json::Value *between = object->get("between");
  const json::Array *ends = between ? between->getAsArray() : nullptr;
  if (!ends || ends->size() != 2)
    return fail(path + ".between", between, "a list of the names of two groups");
  if (!findGroup((*ends)[0], path + ".between[0]", edge.first) ||
      !findGroup((*ends)[1], path + ".between[1]", edge.second))
    return false;
  if (const json::Value *loss = object->get("loss"))
    if (!readTable(*loss, path + ".loss", edge, edge.loss))
      return false;
  const json::Value *costs = object->get("costs");
  return !costs || readEdgeCosts(*costs, path + ".costs", edge);
}

bool Reader::readObjective(const json::Object &root) {
  std::string name = "loss";
  if (!readText(root, "", "objective", name, /*isNeeded=*/false))
    return false;
  if (name == "loss")
    return true;
  auto found = find_if(problem.resources, [&](const Resource &resource) { return resource.name == name; });
  if (found == problem.resources.end())
    return fail("objective", root.get("objective"), "\"loss\", or the name of a resource");
  problem.objective = found - problem.resources.begin();
  return true;
}

bool Reader::readPins(const json::Object &root) {
  const json::Value *pins = root.get("pins");
  if (!pins)
    return true;
  const json::Object *object = pins->getAsObject();
  if (!object)
    return fail("pins", pins, "an object with the choice of each group that is fixed");
  std::vector<StringRef> names;
  for (const auto &entry : *object)
    names.push_back(entry.first);
  llvm::sort(names); // the object's order is that of a hash table
  for (StringRef name : names) {
    const json::Value *value = object->get(name);
    auto index = groups.find(name);
    if (index == groups.end())
      return fail("pins." + name, value, "a key that is the name of a group");
    Group &group = problem.groups[index->second];
    auto choice = find_if(group.choices, [&](const Choice &choice) { return value->getAsString() == choice.name; });
    if (choice == group.choices.end())
      return fail("pins." + name, value, "the name of a choice of that group");
    group.pin = choice - group.choices.begin();
  }
  return true;
}

Expected<Problem> Reader::read(const json::Value &value) {
  auto add = [this](auto read) {
    return [this, read](const json::Value &entry, const std::string &path) { return (this->*read)(entry, path); };
  };
  const json::Object *root =
      readObject(&value, "", {"version", "objective", "loss_bound", "resources", "groups", "edges", "pins"},
                 "an object with version, resources, groups, and perhaps objective, loss_bound, edges and pins");
  if (root && root->getInteger("version") != 1)
    fail("version", root->get("version"), "1");
  if (message.empty() && readList(*root, "", "resources", true, add(&Reader::readResource)) &&
      readList(*root, "", "groups", true, add(&Reader::readGroup)))
    if (Error error = verify(problem)) // what follows refers to groups and resources by their names
      return std::move(error);
  if (message.empty() && readList(*root, "", "edges", false, add(&Reader::readEdge)) && readObjective(*root) &&
      readPins(*root) && readBound(*root, "", "loss_bound", problem.lossBound))
    if (Error error = verify(problem))
      return std::move(error);
  if (!message.empty())
    return createStringError(message);
  return std::move(problem);
}

Expected<Problem> qc::search::readProblem(StringRef text) {
  Expected<json::Value> json = parseJson(text);
  if (!json)
    return json.takeError();
  return Reader().read(*json);
}

static json::Array toTable(ArrayRef<double> values, size_t columns) {
  json::Array rows;
  for (; !values.empty(); values = values.drop_front(columns))
    rows.push_back(json::Array(values.take_front(columns)));
  return rows;
}

static json::Object toJson(const Problem &problem, const Group &group) {
  json::Array choices;
  for (const Choice &choice : group.choices) {
    json::Object costs;
    for (auto [resource, cost] : zip_equal(problem.resources, choice.costs))
      costs[resource.name] = cost;
    choices.push_back(json::Object{{"name", choice.name}, {"loss", choice.loss}, {"costs", std::move(costs)}});
  }
  return json::Object{{"name", group.name}, {"choices", std::move(choices)}};
}

static json::Object toJson(const Problem &problem, const Edge &edge) {
  const Group &first = problem.groups[edge.first], &second = problem.groups[edge.second];
  json::Object object{{"between", json::Array{first.name, second.name}}};
  if (!edge.loss.empty())
    object["loss"] = toTable(edge.loss, second.choices.size());
  json::Object costs;
  for (size_t i = 0; i < edge.costs.size(); ++i)
    if (!edge.costs[i].empty())
      costs[problem.resources[i].name] = toTable(edge.costs[i], second.choices.size());
  if (!costs.empty())
    object["costs"] = std::move(costs);
  return object;
}

void qc::search::writeProblem(const Problem &problem, raw_ostream &os) {
  json::Array resources, groups, edges;
  json::Object pins;
  for (const Resource &resource : problem.resources) {
    json::Object object{{"name", resource.name}, {"unit", resource.unit}};
    if (resource.budget)
      object["budget"] = *resource.budget;
    resources.push_back(std::move(object));
  }
  for (const Group &group : problem.groups) {
    groups.push_back(toJson(problem, group));
    if (group.pin)
      pins[group.name] = group.choices[*group.pin].name;
  }
  for (const Edge &edge : problem.edges)
    edges.push_back(toJson(problem, edge));
  json::Object root{{"version", 1},
                    {"objective", problem.objective ? problem.resources[*problem.objective].name : "loss"},
                    {"resources", std::move(resources)},
                    {"groups", std::move(groups)},
                    {"edges", std::move(edges)},
                    {"pins", std::move(pins)}};
  if (problem.lossBound)
    root["loss_bound"] = *problem.lossBound;
  os << formatv("{0:2}", json::Value(std::move(root))) << "\n"; // keys are sorted
}
