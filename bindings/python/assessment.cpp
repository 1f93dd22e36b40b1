#include "dabiao/assess/assessment.hpp"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "conversions.hpp"
#include "dabiao/assess/session.hpp"
#include "dabiao/dabiao.hpp"
#include "dabiao/data/export_arrow.hpp"
#include "dabiao/exact/nearest.hpp"
#include "dabiao/explain/explanation.hpp"
#include "dabiao/json/assessment_json.hpp"
#include "dabiao/json/explanation_json.hpp"
#include "register.hpp"
#include "result_columns.hpp"
#include "shown.hpp"

namespace py = pybind11;

namespace dabiao::python {
namespace {

using assessment::Assessment;
using assessment::ComparisonResult;
using exact::Rational;
using text::Language;

/// A cell with what it stands in.
struct ResultCell {
  std::shared_ptr<const Assessment> assessment;
  std::size_t index = 0;

  const assessment::Cell& cell() const { return assessment->cells()[index]; }
  const model::Target& target() const { return assessment->plan().targets[cell().target]; }
};

struct ResultComparison {
  ResultCell cell;
  std::size_t index = 0;

  const ComparisonResult& result() const { return cell.cell().comparisons[index]; }
};

using Number = std::optional<Rational> ComparisonResult::*;

std::optional<Rational> in_unit(const ComparisonResult* comparison, Number member) {
  if (comparison == nullptr || !(comparison->*member)) return std::nullopt;
  return comparison->shown(*(comparison->*member));
}

std::optional<double> as_double(const std::optional<Rational>& value) {
  if (!value) return std::nullopt;
  return exact::finite_double(*value);
}

/// A number of a comparison in its unit; a gap with the sign of its verdict.
std::optional<double> double_in_unit(const ComparisonResult* comparison, Number member) {
  const std::optional<Rational> number = in_unit(comparison, member);
  if (member != &ComparisonResult::gap || !number) return as_double(number);
  return exact::finite_with_sign(*number);
}

std::string value_words(const ComparisonResult* comparison, Number member, const model::Plan& plan,
                        Language language) {
  if (comparison == nullptr || !(comparison->*member)) return {};
  return shown_value(*(comparison->*member), comparison->type, plan, language);
}

std::string gap_words(const ComparisonResult* comparison, Language language) {
  if (comparison == nullptr || !comparison->gap) return {};
  return shown_difference(*comparison->gap, comparison->type, language);
}

/// The threshold with its operator: ">= 60 %", "1..2 个"; empty for a yes/no.
std::string demand(const ResultComparison& self, Language language) {
  const ComparisonResult& result = self.result();
  const model::Plan& plan = self.cell.assessment->plan();
  const ir::Target& target = self.cell.assessment->program->targets[self.cell.cell().target];
  const ir::Comparator comparator = target.comparisons[result.comparison].comparator;
  if (comparator == ir::Comparator::holds)
    return shown_value(Rational(1), value::Type::yesno(), plan, language);
  if (comparator == ir::Comparator::holds_not)
    return shown_value(Rational(0), value::Type::yesno(), plan, language);
  const std::string threshold = value_words(&result, &ComparisonResult::threshold, plan, language);
  if (threshold.empty()) return {};
  if (comparator == ir::Comparator::within) {
    return threshold + ".." + value_words(&result, &ComparisonResult::upper, plan, language);
  }
  return std::string(json::symbol(comparator)) + " " + threshold;
}

using Counts = py::typing::Dict<py::str, py::int_>;
using CountsByKey = py::typing::Dict<py::str, Counts>;

Counts counts(const assessment::Tally& tally) {
  Counts result;
  for (const assessment::StatusRow& row : assessment::statuses) {
    result[py::str(row.name.data(), row.name.size())] = tally[row.status];
  }
  return result;
}

CountsByKey counts(const std::vector<assessment::Summary>& summaries) {
  CountsByKey result;
  for (const assessment::Summary& each : summaries) result[py::str(each.key)] = counts(each.tally);
  return result;
}

/// Releases what an Arrow capsule holds and nobody took over.
template <class Structure>
void release_capsule(PyObject* capsule, const char* name) {
  auto* structure = static_cast<Structure*>(PyCapsule_GetPointer(capsule, name));
  if (structure == nullptr) return;
  if (structure->release != nullptr) structure->release(structure);
  delete structure;
}

py::object arrow_stream(const Assessment& assessment) {
  auto stream = std::make_unique<ArrowArrayStream>();
  {
    const py::gil_scoped_release released;
    data::export_arrow(result_columns(assessment), stream.get());
  }
  PyObject* capsule = PyCapsule_New(stream.get(), "arrow_array_stream", [](PyObject* object) {
    release_capsule<ArrowArrayStream>(object, "arrow_array_stream");
  });
  if (capsule == nullptr) throw py::error_already_set();
  stream.release();
  return py::reinterpret_steal<py::object>(capsule);
}

std::vector<ResultCell> cells(const std::shared_ptr<Assessment>& self,
                              const std::optional<std::string>& target) {
  std::optional<model::TargetId> wanted;
  if (target) {
    const model::Symbol symbol = self->plan().find(*target);
    if (symbol.kind != model::Symbol::Kind::target) {
      throw py::key_error("the plan has no target " + *target);
    }
    wanted = symbol.index;
  }
  std::vector<ResultCell> result;
  for (std::size_t i = 0; i < self->cells().size(); ++i) {
    if (!wanted || self->cells()[i].target == *wanted) result.push_back({self, i});
  }
  return result;
}

assessment::Options options_of(const Plan& plan, const std::string& as_of,
                               const std::vector<std::string>& targets, bool reached_on) {
  assessment::Options options;
  options.as_of = date(as_of);
  options.reached_on = reached_on;
  for (const std::string& name : targets) {
    const model::Symbol symbol = plan.model->find(name);
    if (symbol.kind != model::Symbol::Kind::target) {
      throw py::key_error("the plan has no target " + name);
    }
    options.targets.push_back(symbol.index);
  }
  return options;
}

std::shared_ptr<Assessment> assess_plan(const Plan& plan, std::shared_ptr<data::Cube> cube,
                                        const std::string& as_of,
                                        const std::vector<std::string>& targets, bool reached_on) {
  const assessment::Options options = options_of(plan, as_of, targets, reached_on);
  const py::gil_scoped_release released;
  return std::make_shared<Assessment>(assess(plan, std::move(cube), options));
}

/// A plan with its data, kept up to date.
class PlanSession {
 public:
  PlanSession(const Plan& plan, const data::Cube& cube, const assessment::Options& options)
      : session_(plan.program, cube, options) {}

  using Report = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  /// The cells that are different now, those that are there no more, and what is wrong.
  using Changes =
      std::tuple<std::vector<ResultCell>, std::vector<ResultCell>, std::vector<text::Diagnostic>>;

  Changes set(const std::vector<Report>& reports) {
    std::vector<data::Report> given;
    for (const auto& [input, entity, period, value, level] : reports) {
      given.push_back({input, value, entity, period, level});
    }
    std::shared_ptr<Assessment> changed, gone;
    text::Diagnostics problems;
    {
      const py::gil_scoped_release released;
      Checked<assessment::Difference> difference = session_.set(given);
      if (!difference) {
        problems = difference.diagnostics();
      } else {
        changed = std::make_shared<Assessment>(std::move(difference->cells));
        gone = std::make_shared<Assessment>(std::move(difference->gone));
      }
    }
    if (!changed) return {{}, {}, to_list(problems)};
    return {cells(changed, std::nullopt), cells(gone, std::nullopt), {}};
  }

  std::pair<std::shared_ptr<Assessment>, std::shared_ptr<data::Cube>> assessment() const {
    auto cube = std::make_shared<data::Cube>(session_.cube());
    auto found = std::make_shared<Assessment>(session_.assessment());
    found->cube = cube;
    return {found, cube};
  }

  std::uint64_t evaluated_cells() const { return session_.evaluated_cells(); }

 private:
  assessment::Session session_;
};

void register_comparison(py::module_& module) {
  const auto number = [](Number member) {
    return
        [member](const ResultComparison& self) { return double_in_unit(&self.result(), member); };
  };
  const auto fraction = [](Number member) {
    return [member](const ResultComparison& self) { return in_unit(&self.result(), member); };
  };
  const auto share = [](Number member) {
    return [member](const ResultComparison& self) { return as_double(self.result().*member); };
  };
  py::class_<ResultComparison>(module, "Comparison",
                               "One comparison of a target at a cell; numbers are in `unit`.")
      .def_property_readonly(
          "operator",
          [](const ResultComparison& self) {
            const ir::Target& target =
                self.cell.assessment->program->targets[self.cell.cell().target];
            return std::string(
                json::symbol(target.comparisons[self.result().comparison].comparator));
          },
          "'>=', '>', '<=', '<', '=', '!=', '..', 'holds' or 'holds not'.")
      .def_property_readonly("status",
                             [](const ResultComparison& self) {
                               return std::string(assessment::name(self.result().status));
                             })
      .def_property_readonly("reason",
                             [](const ResultComparison& self) -> std::optional<std::string> {
                               if (value::is_known(self.result().reason)) return std::nullopt;
                               return std::string(value::name(self.result().reason));
                             })
      .def_property_readonly("holds",
                             [](const ResultComparison& self) { return self.result().holds; })
      .def_property_readonly("unit",
                             [](const ResultComparison& self) -> std::optional<std::string> {
                               if (!self.result().type.is_number()) return std::nullopt;
                               return self.result().type.unit.text();
                             })
      .def_property_readonly("value", number(&ComparisonResult::value))
      .def_property_readonly("threshold", number(&ComparisonResult::threshold))
      .def_property_readonly("upper", number(&ComparisonResult::upper), "The upper end of a range.")
      .def_property_readonly("gap", number(&ComparisonResult::gap),
                             "At least 0 where it holds, below 0 where it does not.")
      .def_property_readonly("start", number(&ComparisonResult::start))
      .def_property_readonly("expected", number(&ComparisonResult::expected))
      .def_property_readonly("projected", number(&ComparisonResult::projected))
      .def_property_readonly("exact_value", fraction(&ComparisonResult::value),
                             "The value as a fractions.Fraction.")
      .def_property_readonly("exact_threshold", fraction(&ComparisonResult::threshold))
      .def_property_readonly("exact_gap", fraction(&ComparisonResult::gap))
      .def_property_readonly("attained", share(&ComparisonResult::attained))
      .def_property_readonly("progress", share(&ComparisonResult::progress))
      .def_property_readonly(
          "projected_date",
          [](const ResultComparison& self) { return self.result().projected_date; })
      .def_property_readonly("data_day",
                             [](const ResultComparison& self) { return self.result().data_day; })
      .def(
          "demand",
          [](const ResultComparison& self, const std::string& lang) {
            return demand(self, language(lang));
          },
          py::arg("lang") = "en", "The operator and the threshold in words.")
      .def(
          "value_text",
          [](const ResultComparison& self, const std::string& lang) {
            return value_words(&self.result(), &ComparisonResult::value,
                               self.cell.assessment->plan(), language(lang));
          },
          py::arg("lang") = "en")
      .def(
          "expected_text",
          [](const ResultComparison& self, const std::string& lang) {
            return value_words(&self.result(), &ComparisonResult::expected,
                               self.cell.assessment->plan(), language(lang));
          },
          py::arg("lang") = "en")
      .def(
          "gap_text",
          [](const ResultComparison& self, const std::string& lang) {
            return gap_words(&self.result(), language(lang));
          },
          py::arg("lang") = "en");
}

void register_cell(py::module_& module) {
  const auto number = [](Number member) {
    return [member](const ResultCell& self) { return double_in_unit(self.cell().shown(), member); };
  };
  py::class_<ResultCell>(module, "Cell",
                         "A target at an entity and a span. Value, threshold and gap are those of "
                         "the comparison that binds, in `unit`.")
      .def_property_readonly("index", [](const ResultCell& self) { return self.index; })
      .def_property_readonly("target", [](const ResultCell& self) { return self.target().name; })
      .def_property_readonly("label", [](const ResultCell& self) { return self.target().shown(); })
      .def_property_readonly(
          "entity",
          [](const ResultCell& self) { return self.assessment->entity_name(self.cell()); })
      .def_property_readonly(
          "path", [](const ResultCell& self) { return self.assessment->entity_path(self.cell()); })
      .def_property_readonly(
          "level", [](const ResultCell& self) { return self.assessment->level_name(self.cell()); })
      .def_property_readonly("span",
                             [](const ResultCell& self) { return self.cell().span.to_string(); })
      .def_property_readonly("due", [](const ResultCell& self) { return self.cell().due; })
      .def_property_readonly(
          "status",
          [](const ResultCell& self) { return std::string(assessment::name(self.cell().status)); })
      .def_property_readonly("reason",
                             [](const ResultCell& self) -> std::optional<std::string> {
                               if (value::is_known(self.cell().reason)) return std::nullopt;
                               return std::string(value::name(self.cell().reason));
                             })
      .def_property_readonly("value", number(&ComparisonResult::value))
      .def_property_readonly("threshold", number(&ComparisonResult::threshold))
      .def_property_readonly("upper", number(&ComparisonResult::upper))
      .def_property_readonly("gap", number(&ComparisonResult::gap))
      .def_property_readonly("expected", number(&ComparisonResult::expected))
      .def_property_readonly("projected", number(&ComparisonResult::projected))
      .def_property_readonly("unit",
                             [](const ResultCell& self) -> std::optional<std::string> {
                               const ComparisonResult* shown = self.cell().shown();
                               if (shown == nullptr || !shown->type.is_number())
                                 return std::nullopt;
                               return shown->type.unit.text();
                             })
      .def_property_readonly("attained",
                             [](const ResultCell& self) { return as_double(self.cell().attained); })
      .def_property_readonly("progress",
                             [](const ResultCell& self) -> std::optional<double> {
                               const ComparisonResult* shown = self.cell().shown();
                               if (shown == nullptr) return std::nullopt;
                               return as_double(shown->progress);
                             })
      .def_property_readonly("projected_date",
                             [](const ResultCell& self) -> std::optional<calendar::Date> {
                               const ComparisonResult* shown = self.cell().shown();
                               if (shown == nullptr) return std::nullopt;
                               return shown->projected_date;
                             })
      .def_property_readonly("reached_on",
                             [](const ResultCell& self) { return self.cell().reached_on; })
      .def_property_readonly(
          "complete", [](const ResultCell& self) { return self.cell().complete(); },
          "The share of the reports needed that are there.")
      .def_property_readonly(
          "whatever", [](const ResultCell& self) { return self.cell().whatever; },
          "Whether the status holds whatever the missing values are.")
      .def_property_readonly("tight", [](const ResultCell& self) { return self.cell().tight; })
      .def_property_readonly(
          "lead", [](const ResultCell& self) { return self.assessment->lead(self.cell()); })
      .def_property_readonly(
          "responsible",
          [](const ResultCell& self) { return self.assessment->responsible(self.cell()); })
      .def_property_readonly(
          "cooperating",
          [](const ResultCell& self) { return self.assessment->cooperating(self.cell()); })
      .def_property_readonly("clause",
                             [](const ResultCell& self) -> std::optional<std::string> {
                               const std::uint32_t clause = self.target().clause;
                               if (clause == model::none) return std::nullopt;
                               return self.assessment->plan().clauses[clause].number;
                             })
      .def_property_readonly("cite",
                             [](const ResultCell& self) {
                               std::vector<std::string> anchors;
                               for (const auto& each : self.target().cite) {
                                 anchors.push_back(each.anchor);
                               }
                               return anchors;
                             })
      .def_property_readonly("tags", [](const ResultCell& self) { return self.target().tags; })
      .def_property_readonly("comparisons",
                             [](const ResultCell& self) {
                               std::vector<ResultComparison> result;
                               for (std::size_t i = 0; i < self.cell().comparisons.size(); ++i) {
                                 result.push_back({self, i});
                               }
                               return result;
                             })
      .def_property_readonly(
          "binding",
          [](const ResultCell& self) -> std::optional<ResultComparison> {
            if (self.cell().comparisons.empty()) return std::nullopt;
            return ResultComparison{self, self.cell().binding};
          },
          "The comparison that decides the status.")
      .def("__repr__", [](const ResultCell& self) {
        return "<Cell " + self.target().name + " " + self.assessment->entity_name(self.cell()) +
               " " + self.cell().span.to_string() + ": " +
               std::string(assessment::name(self.cell().status)) + ">";
      });
}

}  // namespace

void register_assessment(py::module_& module) {
  register_comparison(module);
  register_cell(module);

  py::class_<Assessment, std::shared_ptr<Assessment>>(module, "Assessment",
                                                      "The outcome of an assessment.")
      .def("__len__", [](const Assessment& self) { return self.cells().size(); })
      .def_property_readonly("as_of", [](const Assessment& self) { return self.as_of; })
      .def_property_readonly("warnings",
                             [](const Assessment& self) { return to_list(self.warnings); })
      .def("cells", &cells, py::arg("target") = py::none())
      .def_property_readonly("counts",
                             [](const Assessment& self) {
                               assessment::Tally tally;
                               for (const assessment::Cell& cell : self.cells())
                                 tally.add(cell.status);
                               return counts(tally);
                             })
      .def("by_target", [](const Assessment& self) { return counts(self.by_target()); })
      .def("by_clause", [](const Assessment& self) { return counts(self.by_clause()); })
      .def("by_body", [](const Assessment& self) { return counts(self.by_body()); })
      .def("by_entity", [](const Assessment& self) { return counts(self.by_entity()); })
      .def(
          "explain",
          [](const Assessment& self, std::size_t cell, const std::string& lang) {
            return explain::to_text(explain::explain(self, self.cells().at(cell)), language(lang));
          },
          py::arg("cell"), py::arg("lang") = "en", "Why a cell is what it is, in words.")
      .def(
          "explanation",
          [](const Assessment& self, std::size_t cell, const std::string& lang) {
            return json::explanation_json(explain::explain(self, self.cells().at(cell)),
                                          language(lang));
          },
          py::arg("cell"), py::arg("lang") = "en", "Why a cell is what it is, as JSON.")
      .def(
          "json",
          [](const Assessment& self, const std::string& lang) {
            return json::assessment_json(self, language(lang));
          },
          py::arg("lang") = "en", "The assessment as JSON.")
      .def(
          "__arrow_c_stream__",
          [](const Assessment& self, const py::object&) { return arrow_stream(self); },
          py::arg("requested_schema") = py::none(), "One row per cell, through Arrow.");

  module.def("assess", &assess_plan, py::arg("plan"), py::arg("data"), py::arg("as_of"),
             py::arg("targets") = std::vector<std::string>(), py::arg("reached_on") = true,
             "Assesses a plan over its data.");

  py::class_<PlanSession>(module, "PlanSession",
                          "A plan with its data, kept up to date; not shared among threads.")
      .def("set", &PlanSession::set, py::arg("reports"),
           "Puts reports (input, entity, period, value, level) in place; the cells that are "
           "different now, those that are there no more, and what is wrong.")
      .def("assessment", &PlanSession::assessment, "Every cell as it is now, and the data.")
      .def_property_readonly("evaluated_cells", &PlanSession::evaluated_cells,
                             "How many cells of nodes were evaluated so far.");
  module.def(
      "session",
      [](const Plan& plan, const data::Cube& cube, const std::string& as_of,
         const std::vector<std::string>& targets, bool reached_on) {
        const assessment::Options options = options_of(plan, as_of, targets, reached_on);
        const py::gil_scoped_release released;
        return std::make_unique<PlanSession>(plan, cube, options);
      },
      py::arg("plan"), py::arg("data"), py::arg("as_of"),
      py::arg("targets") = std::vector<std::string>(), py::arg("reached_on") = true,
      "A plan with its data, kept up to date.");
}

}  // namespace dabiao::python
