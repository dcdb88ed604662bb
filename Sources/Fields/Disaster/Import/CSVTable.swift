import CityKernel
import CityPlatform

/// A small CSV file of open data: header, rows, and the line each row begins on.
struct CSVTable: Sendable {
    struct Row: Sendable {
        let line: Int
        fileprivate let values: [String: String]

        /// `nil` when the column is absent or the cell is empty.
        subscript(column: String) -> String? {
            values[column].flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    let rows: [Row]

    static let rowsMax = 100_000

    /// - Returns: `nil` when a needed column is absent, which is collected.
    init?(
        _ text: String, file: String, columns: [String], into collector: DiagnosticCollector
    ) {
        var records = Self.records(text)
        guard !records.isEmpty else {
            collector.add(Diagnostic(file: file, line: 0, message: "the file is empty"))
            return nil
        }
        let header = records.removeFirst().cells
        let absent = columns.filter { !header.contains($0) }
        guard absent.isEmpty else {
            collector.add(
                Diagnostic(
                    file: file, line: 1,
                    message: "columns are missing: \(absent.joined(separator: ", "))",
                    remedy: "the first line must name: \(columns.joined(separator: ", "))"))
            return nil
        }
        if records.count > Self.rowsMax {
            collector.add(
                Diagnostic(
                    file: file, line: 0, message: "more than \(Self.rowsMax) rows",
                    remedy: "split the file"))
            return nil
        }
        rows = records.compactMap { record in
            guard record.cells.contains(where: { !$0.isEmpty }) else { return nil }
            let pairs = zip(header, record.cells).map { ($0, $1) }
            return Row(
                line: record.line,
                values: Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// RFC 4180: quotes double inside quotes, line ends may stand inside quotes; a byte-order mark
    /// is dropped.
    private static func records(_ text: String) -> [(line: Int, cells: [String])] {
        var records: [(line: Int, cells: [String])] = []
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        var line = 1
        var start = 1
        func close(_ cell: String) -> String { cell.trimmingSpaces }
        var scalars = text.unicodeScalars.filter { $0 != "\r" && $0 != "\u{FEFF}" }[...]
        while let scalar = scalars.popFirst() {
            if scalar == "\n" { line += 1 }
            switch (scalar, isQuoted) {
            case ("\"", true) where scalars.first == "\"":
                cell.unicodeScalars.append("\"")
                scalars.removeFirst()
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                cells.append(close(cell))
                cell = ""
            case ("\n", false):
                records.append((start, cells + [close(cell)]))
                (cells, cell, start) = ([], "", line)
            default: cell.unicodeScalars.append(scalar)
            }
        }
        if !cell.isEmpty || !cells.isEmpty { records.append((start, cells + [close(cell)])) }
        return records
    }
}

extension String {
    var trimmingSpaces: String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        guard let first = firstIndex(where: { !isSpace($0) }),
            let last = lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(self[first...last])
    }
}
