package import CityKernel

/// Rows held by column: each value once, each cell a number. 100,000 rows stay small.
package struct ReleaseTable: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        package let name: String
        /// The different values, in the order of their first appearance.
        package private(set) var values: [String] = []
        /// For each row the index of its value.
        package private(set) var codes: [Int32] = []
        private var known: [String: Int32] = [:]

        package init(_ name: String) { self.name = name }

        mutating func append(_ value: String) {
            if let code = known[value] {
                codes.append(code)
            } else {
                let code = Int32(values.count)
                known[value] = code
                values.append(value)
                codes.append(code)
            }
        }

        package func text(_ row: Int) -> String { values[Int(codes[row])] }
    }

    package static let rowsMax = 5_000_000
    package static let columnsMax = 200

    package private(set) var columns: [Column]
    package private(set) var rowCount = 0

    /// - Precondition: names differ.
    package init(columns names: [String]) {
        precondition(Set(names).count == names.count, "columns have names of their own")
        columns = names.map { Column($0) }
    }

    /// - Precondition: a cell for each column.
    package mutating func append(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        for index in cells.indices { columns[index].append(cells[index]) }
        rowCount += 1
    }

    package func column(_ name: String) -> Column? { columns.first { $0.name == name } }
}

// MARK: - CSV

extension ReleaseTable {
    /// Reads a table whose first line names its columns.
    /// - Throws: `Problem` that names the lines that cannot be read: a release with rows left out
    ///   by accident would be another release.
    package init(csv bytes: some Sequence<UInt8>) throws(Problem) {
        var reader = CSVRecordReader()
        reader.append(bytes)
        reader.finish()
        var table: ReleaseTable?
        var faults: [Problem.Detail] = []
        while let element = reader.next() {
            switch element {
            case .fault(let fault):
                faults.append(.init(place: "line \(fault.line)", message: fault.reason.rawValue))
            case .record(let record) where record.isEmptyLine: continue
            case .record(let record):
                guard table != nil else {
                    table = try Self.start(record.fields)
                    continue
                }
                let width = table?.columns.count ?? 0
                if record.fields.count != width {
                    faults.append(
                        .init(
                            place: "line \(record.line)",
                            message: "\(record.fields.count) fields where \(width) are named"))
                } else if (table?.rowCount ?? 0) < Self.rowsMax {
                    table?.append(record.fields)
                } else {
                    throw Self.tooLong
                }
            }
            if faults.count > 20 { break }
        }
        guard faults.isEmpty else {
            throw Problem(
                .badRequestData, title: "The table cannot be read whole",
                detail: "\(faults.count) lines are wrong.",
                remedy: "Mend the lines that are named; nothing was released.", places: faults)
        }
        guard let table, table.rowCount > 0 else {
            throw Problem(
                .badRequestData, title: "The table is empty",
                detail: "A line of names and at least one row are needed.")
        }
        self = table
    }

    private static func start(_ names: [String]) throws(Problem) -> ReleaseTable {
        guard Set(names).count == names.count, !names.contains(""), names.count <= columnsMax else {
            throw Problem(
                .badRequestData, title: "The names of the columns are not clear",
                detail: "Each column needs a name of its own, at most \(columnsMax) columns.",
                remedy: "Mend the first line of the table.")
        }
        return ReleaseTable(columns: names)
    }

    private static let tooLong = Problem(
        .tooLarge, title: "The table is too long", detail: "More than \(rowsMax) rows.",
        remedy: "Release it in parts.")
}

/// Writes RFC 4180: CRLF, quotes only where they are needed.
package enum ReleaseCSV {
    package static func line(_ cells: [String]) -> String {
        cells.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ cell: String) -> String {
        let isPlain = cell.utf8.allSatisfy { $0 != 34 && $0 != 44 && $0 != 10 && $0 != 13 }
        return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
