// A page of text under construction: knows the width, paints, wraps, and lets no byte of a name
// from the log drive the terminal. Everything a text report prints goes through here or through
// Table, so that this promise is kept in two places only.
#ifndef PERFLEAK_REPORT_PAGE_H_
#define PERFLEAK_REPORT_PAGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "report/text_report.h"

namespace perfleak {

// What a piece of text is, for those who see colours. Never the only carrier of the information.
enum class Ink { kPlain, kHeading, kLeak, kWatch };

// `text` between the escape sequences of its ink; unchanged for kPlain or without `color`.
std::string Paint(std::string_view text, Ink ink, bool color);

// `text` with its middle cut out to fit `width` columns, the cut marked with "…" or "..". Beginning
// and end of a path tell most. Never cuts inside a code point.
std::string ShortenMiddle(std::string_view text, size_t width, bool unicode);

// `text` with its blanks made unbreakable: Page::Prose and Page::Field wrap around it, not inside,
// and print plain blanks.
std::string Glue(std::string_view text);

// `text` with the blanks between numbers and their units ("14.2 MB/h", "3 h") made unbreakable.
// Page does it to all that it wraps.
std::string GlueUnits(std::string_view text);

class Page {
 public:
  explicit Page(const TextStyle& style);

  size_t width() const { return width_; }
  const TextStyle& style() const { return style_; }

  void Blank();
  void Heading(std::string_view text);

  // "1. LEAK store: heap leak": a heading with `word` in an ink of its own. `number` and
  // `word` are ours, no names from a log.
  void Headline(std::string_view number, std::string_view word, Ink ink, std::string_view text);

  // One line at `indent`, not wrapped: for paths, which must be copied whole.
  void Verbatim(size_t indent, std::string_view text);

  // Wrapped to the page, but never wider than is good to read. The first line begins with `prefix`,
  // the others with as many blanks. Nothing for an empty text.
  void Prose(std::string_view prefix, std::string_view text);

  // Names the next Field or FieldPath calls: the first line after it begins with the label.
  void Label(std::string_view label);
  // Wrapped in the column right of the labels, `marker` ("+ ") before the first line, lines after
  // it `hang` columns further in.
  void Field(std::string_view text, std::string_view marker = "", size_t hang = 0);
  void FieldPath(std::string_view path);

  // Text that is painted and made printable already, as it is.
  void Raw(std::string_view line);

  std::string Take() { return std::move(out_); }

 private:
  // Wraps `text`, painted with `ink`, after `first` (which takes `first_width` columns, paint
  // aside) on the first line and `hang` blanks on the others.
  void Wrap(const std::string& first, size_t first_width, size_t hang, std::string_view text,
            Ink ink = Ink::kPlain);
  std::string LabelPrefix();

  TextStyle style_;
  size_t width_;
  size_t prose_width_;
  std::string pending_label_;
  std::string out_;
};

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_PAGE_H_
