//! Tables of figures, for people and as JSON.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value, json};

/// What stands in a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A name.
    Text(String),
    /// A time in seconds.
    Seconds(f64),
    /// How many times something else.
    Ratio(f64),
    /// Bytes of a file.
    Bytes(u64),
    /// Bytes of memory.
    Memory(u64),
    /// A number of something.
    Count(u64),
    /// What cannot be measured, and why: the rest of the row is left out.
    Missing(String),
    /// Nothing is to be said here.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Cell {
    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Seconds(number) | Self::Ratio(number) => json!(number),
            Self::Bytes(number) | Self::Memory(number) | Self::Count(number) => json!(number),
            Self::Missing(reason) => json!({"missing": reason}),
            Self::Empty => Value::Null,
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Seconds(seconds) => {
                let (scaled, unit) = match seconds.abs() {
                    small if small < 1e-6 => (seconds * 1e9, "ns"),
                    small if small < 1e-3 => (seconds * 1e6, "µs"),
                    small if small < 1.0 => (seconds * 1e3, "ms"),
                    _ => (*seconds, "s"),
                };
                write!(f, "{} {unit}", three_digits(scaled))
            }
            Self::Ratio(ratio) => write!(f, "{} x", three_digits(*ratio)),
            Self::Bytes(bytes) if *bytes < 1_000_000 => write!(f, "{} KB", three_digits(*bytes as f64 / 1e3)),
            Self::Bytes(bytes) => write!(f, "{} MB", three_digits(*bytes as f64 / 1e6)),
            Self::Memory(bytes) => write!(f, "{:.1} MiB", *bytes as f64 / f64::from(1 << 20)),
            Self::Count(count) => f.write_str(&grouped(*count)),
            Self::Missing(reason) => write!(f, "not measured: {reason}"),
            Self::Empty => Ok(()),
        }
    }
}

/// Three significant digits, and never fewer than the whole part has.
fn three_digits(number: f64) -> String {
    let decimals = match number.abs() {
        small if small < 9.995 => 2,
        small if small < 99.95 => 1,
        _ => 0,
    };
    format!("{number:.decimals$}")
}

/// `1234567` as `1,234,567`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// Some rows under one title.
#[derive(Debug, Clone, Default)]
pub struct Table {
    title: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
    notes: Vec<String>,
}

impl Table {
    /// A table without rows.
    pub fn new(title: impl Into<String>, columns: &[&'static str]) -> Self {
        Self { title: title.into(), columns: columns.to_vec(), ..Self::default() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Adds a line below it.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// An object with one for each row.
    pub fn json(&self) -> Value {
        let row = |cells: &Vec<Cell>| -> Map<String, Value> {
            self.columns.iter().zip(cells).map(|(column, cell)| ((*column).to_owned(), cell.json())).collect()
        };
        json!({"title": self.title, "rows": self.rows.iter().map(row).collect::<Vec<_>>(), "notes": self.notes})
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(Cell::to_string).collect()).collect();
        let width = |column: usize| {
            let cells = texts.iter().zip(&self.rows).filter_map(|(texts, row)| match row.get(column)? {
                Cell::Missing(_) => None,
                _ => texts.get(column),
            });
            let title = self.columns.get(column).map_or(0, |title| title.chars().count());
            cells.map(|text| text.chars().count()).max().unwrap_or_default().max(title)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let is_text = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).any(Cell::is_text);
        let mut line = |cells: &[(String, bool)]| {
            let mut text = String::from("  ");
            for (column, ((cell, reaches_on), width)) in cells.iter().zip(&widths).enumerate() {
                let room = width.saturating_sub(cell.chars().count());
                match (*reaches_on, is_text(column)) {
                    (true, _) => text.push_str(cell),
                    (_, true) => write!(text, "{cell}{:room$}  ", "")?,
                    (_, false) => write!(text, "{:room$}{cell}  ", "")?,
                }
            }
            writeln!(f, "{}", text.trim_end())
        };
        line(&[(self.title.clone(), true)])?;
        line(&self.columns.iter().map(|column| ((*column).to_owned(), false)).collect::<Vec<_>>())?;
        for (row, texts) in self.rows.iter().zip(texts) {
            let cells = row.iter().zip(texts).map(|(cell, text)| (text, matches!(cell, Cell::Missing(_))));
            line(&cells.collect::<Vec<_>>())?;
        }
        for note in &self.notes {
            line(&[(note.clone(), true)])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_and_a_unit() {
        for (cell, text) in [
            (Cell::Seconds(4.2e-7), "420 ns"),
            (Cell::Seconds(0.000_002_13), "2.13 µs"),
            (Cell::Seconds(0.0999), "99.9 ms"),
            (Cell::Seconds(12.0), "12.0 s"),
            (Cell::Ratio(9.999), "10.0 x"),
            (Cell::Bytes(1_611_750), "1.61 MB"),
            (Cell::Bytes(13_000), "13.0 KB"),
            (Cell::Memory(10 << 20), "10.0 MiB"),
            (Cell::Count(3_723_044), "3,723,044"),
        ] {
            assert_eq!(cell.to_string(), text);
        }
    }

    #[test]
    fn a_reason_takes_the_rest_of_its_row() {
        let mut table = Table::new("languages", &["language", "time"]);
        table.row(["Rust".into(), Cell::Seconds(0.001)]);
        table.row(["Go".into(), Cell::Missing("there is no go".to_owned())]);
        table.note("one machine");
        let expected = "  languages\n  language     time\n  Rust      1.00 ms\n  Go        not measured: there is no go\n  one machine\n";
        assert_eq!(table.to_string(), expected);
        assert_eq!(table.json()["rows"][1]["time"]["missing"], "there is no go");
    }
}
