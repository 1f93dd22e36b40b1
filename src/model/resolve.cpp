#include "dabiao/model/resolve.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "resolver.hpp"

namespace dabiao::model {

Resolver::Resolver(std::shared_ptr<const text::Source> source,
                   std::shared_ptr<const syntax::Ast> ast)
    : source_(std::move(source)),
      ast_(std::move(ast)),
      diagnostics_(source_),
      contexts_(ast_->expressions.size(), Context::value),
      resolved_(ast_->expressions.size()) {
  plan_.source = source_;
  plan_.ast = ast_;
  plan_.resolution.resize(ast_->expressions.size());
}

Resolved Resolver::run() {
  sort_statements();
  resolve_plan_statement();
  resolve_levels();
  resolve_units();
  resolve_scales();
  declare_names();
  check_level_parents();
  resolve_level_units();
  resolve_holidays();
  resolve_entities();
  resolve_groups();
  resolve_inputs();
  resolve_tables();
  resolve_indicators();
  resolve_under_clauses();
  resolve_levers();
  resolve_scenarios();
  std::stable_sort(diagnostics_.list().begin(), diagnostics_.list().end(),
                   [](const text::Diagnostic& a, const text::Diagnostic& b) {
                     return a.place->begin < b.place->begin;
                   });
  return {resolved_plan_, std::move(diagnostics_)};
}

void Resolver::sort_statements() {
  for (const syntax::Statement& statement : ast_->statements) {
    const auto keep = [&]<class Body>(Statements<Body>& list) {
      const Body* body = std::get_if<Body>(&statement.body);
      if (body != nullptr) list.emplace_back(body, &statement);
    };
    keep(plan_statements_);
    keep(level_statements_);
    keep(unit_statements_);
    keep(stages_statements_);
    keep(input_statements_);
    keep(indicator_statements_);
    keep(table_statements_);
    keep(group_statements_);
    keep(entities_statements_);
    keep(holidays_statements_);
    keep(lever_statements_);
    keep(scenario_statements_);
    // Clauses and what stands under them are gone through in the order of the text.
    if (std::holds_alternative<syntax::TargetStatement>(statement.body)) ++target_statements_;
  }
}

void Resolver::resolve_plan_statement() {
  if (plan_statements_.empty()) {
    report(text::kind("plan_statement_missing"), {0, 0});
    return;
  }
  const auto& [statement, whole] = plan_statements_.front();
  if (whole != &ast_->statements.front()) {
    report(text::kind("plan_statement_not_first"), whole->keyword)
        .label(ast_->statements.front().keyword, "before it", "在它之前");
  }
  for (std::size_t i = 1; i < plan_statements_.size(); ++i) {
    report(text::kind("repeated_plan_statement"), plan_statements_[i].second->keyword)
        .label(whole->keyword, "the first is here", "第一个在此");
  }
  plan_.name = statement->name.text;
  if (statement->label) plan_.label = statement->label->text;
  plan_.place = statement->name.place;
  for (const syntax::Quoted& file : statement->sources) plan_.sources.push_back(file.text);
  if (!statement->window && whole->damaged) {
    const calendar::Span everything = calendar::Span::everything();
    plan_.window = calendar::Span{everything.first_day(), everything.last_day()};
  }
  if (!statement->window) return;
  window_place_ = statement->window_place;
  if (whole->damaged && statement->window->is_open()) {
    // A day that does not exist, say: what needs a window has one all the same, so that one mistake
    // stays one.
    plan_.window = calendar::Span{statement->window->first_day(), statement->window->last_day()};
  } else if (statement->window->is_open()) {
    report(text::kind("window_open"), window_place_);
  } else if (!statement->window->is_empty()) {
    plan_.window = statement->window;
  }
}

void Resolver::resolve_holidays() {
  if (holidays_statements_.empty()) return;
  calendar::Holidays holidays;
  for (const auto& [statement, whole] : holidays_statements_) {
    for (const calendar::Span& year : statement->years) holidays.cover(year);
  }
  for (const auto& [statement, whole] : holidays_statements_) {
    const auto check = [&](calendar::HolidayEntry entry, const calendar::Span& days, Place place) {
      if (days.is_open() && is_damaged(place)) return;  // no such date
      if (entry == calendar::HolidayEntry::not_covered) {
        report(text::kind("holiday_outside_years"), place).with("days", days.to_string());
      } else if (entry == calendar::HolidayEntry::contradicts) {
        report(text::kind("holiday_made_up"), place).with("days", days.to_string());
      }
    };
    for (std::size_t i = 0; i < statement->days_off.size(); ++i) {
      const calendar::Span& days = statement->days_off[i];
      check(holidays.add_days_off(days), days, statement->days_off_places[i]);
    }
    for (std::size_t i = 0; i < statement->make_up.size(); ++i) {
      const calendar::Span& days = statement->make_up[i];
      check(holidays.add_make_up_days(days), days, statement->make_up_places[i]);
    }
  }
  plan_.holidays = std::move(holidays);
}

Resolved resolve(std::shared_ptr<const text::Source> source,
                 std::shared_ptr<const syntax::Ast> ast) {
  return Resolver(std::move(source), std::move(ast)).run();
}

}  // namespace dabiao::model
