#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capsules.hpp"
#include "conversions.hpp"
#include "dabiao/dabiao.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/data/dense.hpp"
#include "dabiao/data/import_arrow.hpp"
#include "dabiao/data/read_tables.hpp"
#include "register.hpp"

namespace py = pybind11;

namespace dabiao::python {
namespace {

/// A table as Python hands it over.
struct GivenTable {
  std::string name;
  py::object data;
  std::uint64_t first_row = 2;
  std::vector<std::uint32_t> row_numbers;
};

Checked<data::Table> import_table(const py::object& object) {
  if (py::hasattr(object, "__arrow_c_stream__")) {
    const py::object capsule = object.attr("__arrow_c_stream__")();
    return data::import_arrow(in_capsule<ArrowArrayStream>(capsule, "arrow_array_stream"));
  }
  return import_batch(object);
}

data::NamedTable named_table(const GivenTable& given, text::Diagnostics& problems) {
  data::NamedTable table;
  table.name = given.name;
  table.first_row = given.first_row;
  table.row_numbers = given.row_numbers;
  Checked<data::Table> imported = import_table(given.data);
  text::Diagnostics found = imported.diagnostics();
  for (text::Diagnostic& each : found.list()) {
    if (!each.data_place) each.in_data({given.name, 0, ""});
  }
  problems.append(found);
  if (imported) table.table = std::move(*imported);
  return table;
}

using Read = std::pair<std::optional<std::shared_ptr<data::Cube>>, std::vector<text::Diagnostic>>;

Read read(const Plan& plan, const std::vector<GivenTable>& given,
          const std::optional<GivenTable>& entities, bool keep_going) {
  text::Diagnostics problems;
  std::vector<data::NamedTable> tables;
  for (const GivenTable& each : given) tables.push_back(named_table(each, problems));
  data::ReadOptions options;
  options.keep_going = keep_going;
  if (entities) options.entities = named_table(*entities, problems);
  if (problems.has_errors()) return {std::nullopt, to_list(problems)};

  const py::gil_scoped_release released;
  Checked<data::Cube> cube = data::read_tables(plan.model, tables, options);
  problems.append(cube.diagnostics());
  if (!cube) return {std::nullopt, to_list(problems)};
  return {std::make_shared<data::Cube>(std::move(*cube)), to_list(problems)};
}

/// Memory that Python lends, given back with the interpreter's lock held.
std::shared_ptr<const void> borrowed(std::vector<py::buffer_info>& views) {
  auto* const kept = new std::vector<py::buffer_info>(std::move(views));
  return {kept, [](const void* object) {
            const py::gil_scoped_acquire locked;
            delete static_cast<const std::vector<py::buffer_info>*>(object);
          }};
}

/// Numbers of an input: a buffer of float64, which of them count, and perhaps a bitmap.
data::DenseInput dense_input(std::string name, const py::buffer& numbers, std::size_t first,
                             std::size_t count, const std::optional<py::buffer>& validity,
                             std::uint64_t validity_offset, bool timeless) {
  data::DenseInput input;
  input.name = std::move(name);
  input.timeless = timeless;
  std::vector<py::buffer_info> views;
  views.push_back(numbers.request());
  const py::buffer_info& view = views.front();
  if (view.ndim != 1 || (view.size > 0 && view.strides[0] != view.itemsize)) {
    throw py::value_error("the numbers of " + input.name + " are not contiguous");
  }
  const auto bytes = static_cast<std::size_t>(view.size * view.itemsize);
  const auto address = reinterpret_cast<std::uintptr_t>(view.ptr);
  if ((first + count) * sizeof(double) > bytes || address % alignof(double) != 0) {
    throw py::value_error("the numbers of " + input.name + " are not float64");
  }
  input.values = {static_cast<const double*>(view.ptr) + first, count};
  if (validity) {
    views.push_back(validity->request());
    const py::buffer_info& bits = views.back();
    if (static_cast<std::uint64_t>(bits.size * bits.itemsize) * 8 < validity_offset + count) {
      throw py::value_error("the bitmap of " + input.name + " is too short");
    }
    input.validity = static_cast<const std::uint8_t*>(bits.ptr);
    input.validity_offset = validity_offset;
  }
  input.owner = borrowed(views);
  return input;
}

/// Cells of an input as tables have them: a table of one column.
data::DenseInput dense_cells(std::string name, const py::object& table, bool timeless) {
  Checked<data::Table> read = import_table(table);
  if (!read || read->headings.size() != 1 || read->batches.size() > 1) {
    throw py::value_error("the cells of " + name + " are not one column in one piece");
  }
  data::DenseInput input;
  input.name = std::move(name);
  input.timeless = timeless;
  input.cells = read->batches.empty() ? data::TableColumn() : read->batches.front().columns.front();
  return input;
}

Read dense(const Plan& plan, const GivenTable& entities, const std::vector<std::string>& periods,
           std::vector<data::DenseInput> inputs, unsigned threads) {
  text::Diagnostics problems;
  data::DenseData given;
  given.entities = named_table(entities, problems);
  given.inputs = std::move(inputs);
  given.threads = threads;
  given.periods = static_cast<std::uint32_t>(periods.size());
  for (std::size_t i = 0; i < periods.size(); ++i) {
    const auto period = calendar::Period::parse_loosely(periods[i]);
    if (!period) throw py::value_error("'" + periods[i] + "' is not a period");
    if (i == 0) {
      given.grain = period->grain;
      given.first_period = period->index;
    } else if (period->grain != given.grain ||
               period->index != given.first_period + static_cast<std::int32_t>(i)) {
      throw py::value_error("the periods do not follow one another: '" + periods[i] + "'");
    }
  }
  if (problems.has_errors()) return {std::nullopt, to_list(problems)};
  const py::gil_scoped_release released;
  Checked<data::Cube> cube = data::dense(plan.model, std::move(given));
  problems.append(cube.diagnostics());
  if (!cube) return {std::nullopt, to_list(problems)};
  return {std::make_shared<data::Cube>(std::move(*cube)), to_list(problems)};
}

}  // namespace

void register_data(py::module_& module) {
  py::class_<GivenTable>(module, "Table", "A table that is handed over.")
      .def(
          py::init([](std::string name, py::object table, std::uint64_t first_row,
                      std::vector<std::uint32_t> row_numbers) {
            return GivenTable{std::move(name), std::move(table), first_row, std::move(row_numbers)};
          }),
          py::arg("name"), py::arg("data"), py::arg("first_row") = 2,
          py::arg("row_numbers") = std::vector<std::uint32_t>());

  py::class_<data::Cube, std::shared_ptr<data::Cube>>(
      module, "Data", "Data of a plan: its entities and, per input, the reports.")
      .def_property_readonly("warnings",
                             [](const data::Cube& self) { return to_list(self.warnings); })
      .def_property_readonly("files", [](const data::Cube& self) { return self.files; })
      .def(
          "entities",
          [](const data::Cube& self, const std::string& level) {
            for (model::LevelId id = 0; id < self.plan->levels.size(); ++id) {
              if (self.plan->levels[id].name == level) return self.entities.level(id).names;
            }
            throw py::key_error("the plan has no level " + level);
          },
          py::arg("level"), "The names of the entities of a level.")
      .def(
          "borrows",
          [](const data::Cube& self, const std::string& input) {
            const model::Symbol symbol = self.plan->find(input);
            if (symbol.kind != model::Symbol::Kind::input) {
              throw py::key_error("the plan has no input " + input);
            }
            const auto& blocks = self.inputs[symbol.index].blocks;
            return !blocks.empty() && blocks.front().values.is_borrowed();
          },
          py::arg("input"), "Whether the numbers of an input are read where they stood.");

  py::class_<data::DenseInput>(module, "DenseInput", "The numbers of an input, as an array.")
      .def(py::init(&dense_input), py::arg("name"), py::arg("numbers"), py::arg("first"),
           py::arg("count"), py::arg("validity"), py::arg("validity_offset"), py::arg("timeless"))
      .def_static("of_cells", &dense_cells, py::arg("name"), py::arg("table"), py::arg("timeless"),
                  "Cells of any type, as a table of one column, which are read as tables are.");
  module.def("dense", &dense, py::arg("plan"), py::arg("entities"), py::arg("periods"),
             py::arg("inputs"), py::arg("threads") = 0, "Reads arrays where they stand.");

  module.def("read", &read, py::arg("plan"), py::arg("tables"), py::arg("entities") = py::none(),
             py::arg("keep_going") = false, "Reads tables into the data of a plan.");
}

}  // namespace dabiao::python
