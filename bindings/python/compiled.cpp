#include <pybind11/gil_safe_call_once.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "capsules.hpp"
#include "conversions.hpp"
#include "dabiao/dabiao.hpp"
#include "dabiao/data/cell_text.hpp"
#include "dabiao/data/export_arrow.hpp"
#include "dabiao/engine/record_table.hpp"
#include "dabiao/engine/row_session.hpp"
#include "register.hpp"

namespace py = pybind11;

namespace dabiao::python {
namespace {

using engine::CompiledPlan;
using engine::RecordTables;
using engine::RowRun;

using Column = std::tuple<std::string, std::string, std::string, std::string>;

std::vector<Column> described(std::span<const CompiledPlan::Column> columns) {
  static constexpr const char* kinds[] = {"number", "yesno", "date", "stage"};
  std::vector<Column> result;
  for (const CompiledPlan::Column& each : columns) {
    result.emplace_back(each.name, each.label.empty() ? each.name : each.label, each.unit,
                        kinds[static_cast<std::size_t>(each.type.kind)]);
  }
  return result;
}

/// Runs work on a thread of its own and looks now and then whether Python wants to be interrupted;
/// `stop` is then set, and the work is expected to end soon.
template <class Work>
void interruptible(std::atomic<bool>& stop, const std::function<void()>& tell, Work work) {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::exception_ptr problem;
  std::thread worker([&] {
    try {
      work();
    } catch (...) {
      problem = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    done = true;
    changed.notify_all();
  });
  bool interrupted = false;
  {
    const py::gil_scoped_release released;
    std::unique_lock lock(mutex);
    while (!changed.wait_for(lock, std::chrono::milliseconds(50), [&] { return done; })) {
      const py::gil_scoped_acquire acquired;
      if (interrupted) continue;
      try {
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        tell();
      } catch (...) {
        interrupted = true;
        stop = true;
        problem = std::current_exception();
      }
    }
  }
  worker.join();
  if (problem) std::rethrow_exception(problem);
}

template <class Structure>
py::capsule capsule_of(std::unique_ptr<Structure> structure, const char* name) {
  return py::capsule(structure.release(), name, [](PyObject* self) {
    auto* owned = static_cast<Structure*>(PyCapsule_GetPointer(self, PyCapsule_GetName(self)));
    if (owned->release != nullptr) owned->release(owned);
    delete owned;
  });
}

/// A record batch that was handed over, and where its columns belong.
struct Batch {
  Batch(const CompiledPlan& plan, const py::object& batch, const std::string& name) {
    Checked<data::Table> read = import_batch(batch);
    if (!read) {
      problems = to_list(read.diagnostics());
      return;
    }
    table = std::move(*read);
    Checked<RecordTables> found = RecordTables::bind(plan, name, table.headings);
    if (found) {
      bound = std::move(*found);
    } else {
      problems = to_list(found.diagnostics());
    }
  }
  const data::TableBatch& rows() const {
    static const data::TableBatch empty;
    return table.batches.empty() ? empty : table.batches.front();
  }

  data::Table table;
  std::optional<RecordTables> bound;  // unless there are problems
  std::vector<text::Diagnostic> problems;
};

/// What a run says of itself: rows, settled exactly, with something missing.
using Tally = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;
using Ran = std::tuple<std::optional<std::pair<py::capsule, py::capsule>>, Tally,
                       std::vector<text::Diagnostic>>;

Ran run(
    const CompiledPlan& plan, const py::object& batch, const std::string& name,
    std::uint64_t first_row, unsigned threads,
    const std::optional<py::typing::Callable<py::object(std::uint64_t, std::uint64_t)>>& progress) {
  Batch opened(plan, batch, name);
  if (!opened.problems.empty()) return {std::nullopt, {}, std::move(opened.problems)};
  const data::TableBatch& rows = opened.rows();
  if (rows.rows == 0) {
    auto schema = std::make_unique<ArrowSchema>();
    auto array = std::make_unique<ArrowArray>();
    data::export_arrow(opened.bound->shape(), schema.get(), array.get());
    return {std::pair(capsule_of(std::move(schema), "arrow_schema"),
                      capsule_of(std::move(array), "arrow_array")),
            {},
            {}};
  }
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> done = 0;
  RowRun settings;
  settings.threads = threads;
  settings.stop = &stop;
  settings.done = &done;
  std::optional<Checked<RecordTables::Outcome>> outcome;
  const auto work = [&] { outcome = opened.bound->run(rows, first_row, settings); };
  constexpr std::uint64_t worth_a_thread = 1 << 18;
  if (rows.rows < worth_a_thread) {
    const py::gil_scoped_release released;
    work();
  } else {
    interruptible(
        stop,
        [&] {
          if (progress) (*progress)(done.load(), rows.rows);
        },
        work);
  }
  if (!*outcome) return {std::nullopt, {}, to_list(outcome->diagnostics())};
  RecordTables::Outcome& made = **outcome;
  auto schema = std::make_unique<ArrowSchema>();
  auto array = std::make_unique<ArrowArray>();
  data::export_arrow(std::move(made.columns), schema.get(), array.get());
  return {std::pair(capsule_of(std::move(schema), "arrow_schema"),
                    capsule_of(std::move(array), "arrow_array")),
          {rows.rows, made.tally.settled, made.tally.missing},
          {}};
}

/// Rows, settled exactly, with something missing; by output: the sum, rows without a value, rows
/// where it holds.
using Totals =
    std::tuple<Tally, std::vector<double>, std::vector<std::uint64_t>, std::vector<std::uint64_t>>;

std::pair<std::optional<Totals>, std::vector<text::Diagnostic>> run_totals(const CompiledPlan& plan,
                                                                           const py::object& batch,
                                                                           const std::string& name,
                                                                           std::uint64_t first_row,
                                                                           unsigned threads) {
  Batch opened(plan, batch, name);
  if (!opened.problems.empty()) return {std::nullopt, std::move(opened.problems)};
  const data::TableBatch& rows = opened.rows();
  std::atomic<bool> stop = false;
  RowRun settings;
  settings.threads = threads;
  settings.stop = &stop;
  std::optional<Checked<engine::RowTally>> outcome;
  interruptible(
      stop, [] {}, [&] { outcome = opened.bound->totals(rows, first_row, settings); });
  if (!*outcome) return {std::nullopt, to_list(outcome->diagnostics())};
  engine::RowTally& tally = **outcome;
  return {Totals{Tally{rows.rows, tally.settled, tally.missing}, std::move(tally.sums),
                 std::move(tally.nulls), std::move(tally.truths)},
          {}};
}

py::object shown_result(const CompiledPlan& plan, std::size_t output,
                        const engine::RowResult& result) {
  if (!result.known()) return py::none();
  if (plan.is_truth(output)) return py::bool_(result.value != 0);
  return py::float_(result.value);
}

/// A text as UTF-8; half of a surrogate pair as its code, which means nothing anywhere.
std::string utf8(const py::handle& text) {
  return text.attr("encode")("utf-8", "backslashreplace").cast<std::string>();
}

/// What a Python value is written as; nothing where it says that there is none. The package's own
/// function, so that a record reads what a table reads.
std::optional<std::string> written(const py::handle& given) {
  PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::object> as_text;
  const py::object& function = as_text
                                   .call_once_and_store_result([]() -> py::object {
                                     return py::module_::import("dabiao.columns").attr("as_text");
                                   })
                                   .get_stored();
  const py::object text = function(given);
  if (text.is_none()) return std::nullopt;
  return utf8(text);
}

/// The value of an input that Python holds: a number, a truth, a date, a text as people write it.
data::CellValue read_input(const value::Type& type, const data::CellReader& reader,
                           const py::handle& given, text::Diagnostic& problem) {
  PyObject* object = given.ptr();
  if (object == Py_None) return data::CellValue::missing(value::Reason::not_reported);
  if (PyFloat_Check(object)) return reader.read(PyFloat_AS_DOUBLE(object), problem);
  if (PyBool_Check(object) && type.is_yesno()) return reader.read_truth(object == Py_True, problem);
  if (PyLong_CheckExact(object)) {
    int overflow = 0;
    const long long whole = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow == 0) return reader.read(static_cast<std::int64_t>(whole), problem);
  }
  const std::optional<std::string> text = written(given);
  if (!text) return data::CellValue::missing(value::Reason::not_reported);
  return reader.read(*text, problem);
}

/// What Python holds of an input; a ValueError says what is wrong with it.
data::CellValue input_value(const CompiledPlan& plan, const std::vector<data::CellReader>& readers,
                            std::size_t input, const py::handle& given) {
  const value::Type& type = plan.inputs()[input].type;
  data::CellValue value;
  if (PyFloat_Check(given.ptr()) && type.is_number()) {  // the most frequent, and the quickest
    value.number = PyFloat_AS_DOUBLE(given.ptr());
    return value;
  }
  text::Diagnostic problem;
  value = read_input(type, readers[input], given, problem);
  if (value.reason == value::Reason::bad_cell) {
    std::string message =
        "`" + plan.inputs()[input].name + "`: " + text::message(problem, text::Language::english);
    for (const std::string& note : text::notes(problem, text::Language::english)) {
      message += " (" + note + ")";
    }
    throw py::value_error(message);
  }
  return value;
}

std::string ruled_out(const CompiledPlan& plan, std::size_t input, const py::handle& given) {
  return "`" + plan.inputs()[input].name + "` is " + *written(given) +
         ", which its declaration rules out";
}

/// Gives an input its value.
template <class Receiver>
void set_input(Receiver& receiver, std::size_t input, const data::CellValue& value) {
  if (!value.known()) {
    receiver.set_missing(input, value.reason);
  } else if (value.exact) {
    receiver.set_exact(input, *value.exact);
  } else {
    receiver.set(input, value.number);
  }
}

/// An input, how it changes, and the number: a double that stands for itself, or a decimal or
/// fraction in digits.
using Change = std::tuple<std::string, std::string, std::variant<double, std::string>>;
/// By scenario: in how many rows each output holds, and in how many it has no value.
using Tallies = std::vector<std::pair<std::vector<std::uint64_t>, std::vector<std::uint64_t>>>;

std::pair<std::optional<Tallies>, std::vector<text::Diagnostic>> run_scenarios(
    const CompiledPlan& plan, const py::object& batch, const std::string& name,
    std::uint64_t first_row, const std::vector<std::pair<std::string, std::vector<Change>>>& given,
    unsigned threads) {
  Batch opened(plan, batch, name);
  if (!opened.problems.empty()) return {std::nullopt, std::move(opened.problems)};
  std::vector<engine::RowScenario> scenarios;
  for (const auto& [scenario, changes] : given) {
    engine::RowScenario& each = scenarios.emplace_back();
    each.name = scenario;
    for (const auto& [input, how, value] : changes) {
      using How = engine::RowChange::How;
      engine::RowChange& change = each.changes.emplace_back();
      change.input = input;
      change.how = how == "add" ? How::add : how == "scale" ? How::scale : How::set;
      if (const double* const number = std::get_if<double>(&value)) {
        change.value = *number;
        continue;
      }
      const std::string& digits = std::get<std::string>(value);
      const std::optional<exact::Rational> number = exact::Rational::parse(digits);
      if (!number || !std::isfinite(number->to_double())) {
        const std::string shown = digits.size() > 40 ? digits.substr(0, 37) + "..." : digits;
        throw py::value_error("scenario '" + scenario + "': " + input + " is '" + shown +
                              "', expected a number of at most 4,000 digits, not beyond 1.797e308");
      }
      const data::CellValue cell = data::CellValue::of(*number);
      change.value = cell.number;
      change.exact = cell.exact;
    }
  }
  const data::TableBatch& rows = opened.rows();
  std::atomic<bool> stop = false;
  RowRun settings;
  settings.threads = threads;
  settings.stop = &stop;
  std::optional<Checked<std::vector<engine::RowTally>>> outcome;
  interruptible(
      stop, [] {}, [&] { outcome = opened.bound->run(rows, first_row, scenarios, settings); });
  if (!*outcome) return {std::nullopt, to_list(outcome->diagnostics())};
  Tallies tallies;
  for (engine::RowTally& each : **outcome) {
    tallies.emplace_back(std::move(each.truths), std::move(each.nulls));
  }
  return {std::move(tallies), {}};
}

/// A live record and what it must not outlive.
class Session {
 public:
  using Named = py::typing::Dict<py::str, py::object>;

  explicit Session(const CompiledPlan& plan) : plan_(plan), session_(plan_.session()) {
    const model::Plan& model = *plan_.program().plan;
    for (const CompiledPlan::Column& input : plan_.inputs()) {
      places_[py::str(input.name)] = readers_.size();
      limits_.emplace_back(plan_.rows().leaves[readers_.size()]);
      readers_.emplace_back(model, input.type);
    }
    for (const CompiledPlan::Column& output : plan_.outputs()) names_.emplace_back(output.name);
  }

  /// Sets inputs by name and gives the outputs that changed, by name. Sets nothing where something
  /// is wrong with one.
  Named set(const Named& given) {
    std::vector<Given> all;
    std::string unknown, problems;
    for (const auto& [name, value] : given) {
      PyObject* place = PyDict_GetItemWithError(places_.ptr(), name.ptr());
      if (place == nullptr) {
        if (PyErr_Occurred() != nullptr) throw py::error_already_set();
        unknown += (unknown.empty() ? "" : ", ") + utf8(py::str(name));
        continue;
      }
      const std::size_t input = PyLong_AsSize_t(place);
      try {
        Given& next = all.emplace_back();
        next.input = input;
        next.value = input_value(plan_, readers_, input, value);
        if (!is_allowed(next)) throw py::value_error(ruled_out(plan_, input, value));
      } catch (const py::value_error& problem) {
        problems += (problems.empty() ? "" : "\n") + std::string(problem.what());
      }
    }
    if (!unknown.empty()) {
      std::string known;
      for (const CompiledPlan::Column& input : plan_.inputs()) {
        known += (known.empty() ? "" : ", ") + input.name;
      }
      throw py::type_error("no input " + unknown + "; the inputs are " + known);
    }
    if (!problems.empty()) throw py::value_error(problems);
    for (const Given& each : all) set_input(session_, each.input, each.value);
    Named changed;
    for (const std::uint32_t output : session_.update()) {
      changed[names_[output]] = shown_result(plan_, output, session_.result(output));
    }
    return changed;
  }

  std::vector<py::object> values() const {
    std::vector<py::object> all;
    for (std::size_t i = 0; i < plan_.outputs().size(); ++i) {
      all.push_back(shown_result(plan_, i, session_.result(i)));
    }
    return all;
  }
  std::uint64_t steps() const { return session_.instructions_run(); }

 private:
  struct Given {
    std::size_t input = 0;
    data::CellValue value;
  };

  bool is_allowed(const Given& given) const {
    const data::CellValue& value = given.value;
    if (!value.known() || (!value.exact && limits_[given.input].allow(value.number))) return true;
    const engine::RowLeaf& leaf = plan_.rows().leaves[given.input];
    const auto number = value.exact ? value.exact : leaf.number_of(value.number);
    return !number || leaf.range.contains(*number * leaf.scale);
  }

  CompiledPlan plan_;
  engine::RowSession session_;
  std::vector<data::CellReader> readers_;
  std::vector<engine::RowLimits> limits_;
  py::dict places_;  // of inputs, by name
  std::vector<py::str> names_;
};

/// A record evaluator and what it must not outlive.
class Record {
 public:
  explicit Record(const CompiledPlan& plan) : plan_(plan), record_(plan_.record()) {
    const model::Plan& model = *plan_.program().plan;
    for (const CompiledPlan::Column& input : plan_.inputs()) {
      readers_.emplace_back(model, input.type);
      declared_.push_back(model.find(input.name).index);
    }
  }

  py::typing::Tuple<py::object, py::ellipsis> values(const py::object& sequence) {
    if (!py::isinstance<py::sequence>(sequence))
      throw py::type_error("expected a sequence of values");
    const auto given = py::reinterpret_borrow<py::sequence>(sequence);
    if (given.size() != readers_.size()) {
      throw py::value_error("expected " + std::to_string(readers_.size()) + " values, seen " +
                            std::to_string(given.size()));
    }
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      set_input(record_, i, input_value(plan_, readers_, i, given[i]));
    }
    record_.run();
    if (const auto leaf = record_.out_of_range()) {
      throw py::value_error(ruled_out(plan_, *leaf, given[*leaf]));
    }
    py::tuple results(plan_.outputs().size());
    for (std::size_t i = 0; i < results.size(); ++i)
      results[i] = shown_result(plan_, i, record_.result(i));
    return results;
  }

  std::string reason(std::size_t output) const {
    return std::string(value::name(record_.result(output).reason));
  }
  bool was_settled(std::size_t output) const { return record_.was_settled(output); }

 private:
  CompiledPlan plan_;
  engine::RowRecord record_;
  std::vector<data::CellReader> readers_;
  std::vector<model::InputId> declared_;
};

}  // namespace

void register_compiled(py::module_& module) {
  py::class_<Record>(module, "Record", "Evaluates one record at a time; not shared among threads.")
      .def("values", &Record::values, py::arg("values"),
           "The outputs, in order, for a value of each input, in order; None is missing.")
      .def("reason", &Record::reason, py::arg("output"),
           "Why an output of the last record is missing; empty where it is not.")
      .def("was_settled", &Record::was_settled, py::arg("output"),
           "Whether the doubles did not decide an output of the last record, so that exact "
           "arithmetic did.");

  py::class_<Session>(module, "Session", "A live record; not shared among threads.")
      .def("set", &Session::set, py::arg("values"),
           "Sets inputs, by name, and gives the outputs that changed, by name.")
      .def("values", &Session::values, "All outputs, in order.")
      .def("steps", &Session::steps, "How many instructions the last update ran.");

  py::class_<CompiledPlan, std::shared_ptr<CompiledPlan>>(
      module, "CompiledPlan", "Indicators and targets as functions of one record.")
      .def_property_readonly(
          "inputs", [](const CompiledPlan& self) { return described(self.inputs()); },
          "Name, label, unit and kind of each input.")
      .def_property_readonly(
          "outputs", [](const CompiledPlan& self) { return described(self.outputs()); },
          "Name, label, unit and kind of each output.")
      .def("run", &run, py::arg("batch"), py::arg("name"), py::arg("first_row") = 2,
           py::arg("threads") = 0, py::arg("progress") = py::none(),
           "Runs a record batch: Arrow's capsules of the outputs, a tally, and what is wrong.")
      .def("totals", &run_totals, py::arg("batch"), py::arg("name"), py::arg("first_row") = 2,
           py::arg("threads") = 0,
           "Runs a record batch for its totals: a tally; by output the sum, the rows without a "
           "value and those where it holds; and what is wrong.")
      .def(
          "scenarios", &run_scenarios, py::arg("batch"), py::arg("name"), py::arg("first_row"),
          py::arg("scenarios"), py::arg("threads") = 0,
          "Runs scenarios over a record batch: by scenario, in how many rows each output holds and "
          "has no value; and what is wrong.")
      .def(
          "session", [](const CompiledPlan& self) { return std::make_unique<Session>(self); },
          "A live record.")
      .def(
          "record", [](const CompiledPlan& self) { return std::make_unique<Record>(self); },
          "An evaluator of single records.");

  module.def(
      "compile",
      [](const Plan& plan, std::vector<std::string> outputs, bool gaps) {
        const Checked<CompiledPlan> compiled = compile(plan, {std::move(outputs), gaps});
        return std::pair(
            compiled ? std::optional(std::make_shared<CompiledPlan>(*compiled)) : std::nullopt,
            to_list(compiled.diagnostics()));
      },
      py::arg("plan"), py::arg("outputs"), py::arg("gaps"), "Compiles indicators and targets.");
}

}  // namespace dabiao::python
