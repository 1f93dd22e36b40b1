#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/model/plan.hpp"
#include "dabiao/units/unit_table.hpp"

namespace dabiao::data {

/// A plan put together by hand: 市 > 县区 > 机构, and 成员单位 in 市.
struct SamplePlan {
  static constexpr model::LevelId city = 0, county = 1, home = 2, member = 3;

  std::shared_ptr<model::Plan> plan = std::make_shared<model::Plan>();

  SamplePlan() {
    plan->name = "sample";
    add_level("市", "", model::none);
    add_level("县区", "县(市)区", city);
    add_level("机构", "养老机构", county);
    add_level("成员单位", "", city);
    text::Diagnostics unused;
    for (const char* each : {"张", "人", "家", "户", "个"}) {
      plan->units.declare(each, "", {}, unused);
    }
  }

  model::LevelId add_level(std::string name, std::string label, model::LevelId parent) {
    model::Level level;
    level.name = std::move(name);
    level.label = std::move(label);
    level.parent = parent;
    level.depth = parent == model::none ? 0 : plan->levels[parent].depth + 1;
    plan->levels.push_back(level);
    return static_cast<model::LevelId>(plan->levels.size() - 1);
  }

  value::Type number(std::string_view unit) const {
    return value::Type::number(*plan->units.parse(unit));
  }

  model::InputId add_input(std::string name, std::string label, value::Type type,
                           model::LevelId level,
                           std::optional<calendar::Grain> each = std::nullopt) {
    model::Input input;
    input.name = name;
    input.label = std::move(label);
    input.type = std::move(type);
    input.level = level;
    input.each = each;
    input.range = input.type.is_number() && units::nonnegative_by_default(input.type.unit)
                      ? exact::Interval::at_least(0)
                      : exact::Interval::everything();
    plan->inputs.push_back(input);
    const auto id = static_cast<model::InputId>(plan->inputs.size() - 1);
    plan->symbols[name] = {model::Symbol::Kind::input, id, 0};
    return id;
  }

  model::ScaleId add_scale(std::string name, std::vector<std::string> stages) {
    model::Scale scale;
    scale.name = std::move(name);
    scale.stages = std::move(stages);
    plan->scales.push_back(scale);
    return static_cast<model::ScaleId>(plan->scales.size() - 1);
  }

  void add_entity(model::LevelId level, std::string path) {
    model::EntityDeclaration entity;
    entity.level = level;
    entity.path = std::move(path);
    plan->entities.push_back(entity);
  }

  model::Given& add_given(model::InputId input, exact::Rational base_value) {
    model::Given given;
    given.input = input;
    given.value.value = std::move(base_value);
    given.value.type = plan->inputs[input].type;
    plan->givens.push_back(given);
    return plan->givens.back();
  }

  model::Given& add_count(model::LevelId level, std::int64_t count) {
    model::Given given;
    given.counted_level = level;
    given.value.value = count;
    plan->givens.push_back(given);
    return plan->givens.back();
  }
};

/// The names of the kinds, in order.
inline std::vector<std::string> kinds(const text::Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const text::Diagnostic& each : diagnostics) names.emplace_back(each.kind->name);
  return names;
}

}  // namespace dabiao::data
