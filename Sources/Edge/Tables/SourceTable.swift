import CityKernel

/// A table as somebody outside made it, whatever file it came in: texts under column names.
struct SourceTable: Sendable, Hashable {
    struct Row: Sendable, Hashable {
        /// In the file, counting from 1; the record's number where a file has no lines.
        var line: Int
        /// As many as there are columns; empty where the table says nothing.
        var cells: [String]
    }

    struct Fault: Sendable, Hashable {
        var line: Int
        var refusal: ImportRefusal
    }

    static let bytesMax = 32 << 20
    static let rowsMax = 200_000
    static let columnsMax = 256
    static let cellCharactersMax = 20_000

    var format: TableFormat
    /// The text encoding, for people.
    var encoding: String?
    /// Names of the sheets, where the file has several.
    var sheets: [String] = []
    var columns: [String]
    var rows: [Row]
    /// Lines that are no row.
    var faults: [Fault] = []

    func index(of column: String) -> Int? { columns.firstIndex(of: column) }
}

/// What a file is, by its own bytes; names and media types lie too often.
enum TableFormat: String, Sendable, Hashable, CaseIterable {
    case csv, json, geoJSON, xlsx, xml

    init(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self = .xlsx
            return
        }
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        self =
            switch first {
            case UInt8(ascii: "{"), UInt8(ascii: "["): .json
            case UInt8(ascii: "<"): .xml
            default: .csv
            }
    }
}

/// Where in a file the table is.
struct TablePlace: Sendable, Hashable {
    /// The line of the column names, counting from 1 (CSV and Excel).
    var headerLine = 1
    /// Of Excel; `nil` for the first.
    var sheet: String?
    /// Member or element names that lead to the records (JSON, XML): `result.records`.
    var recordsPath = ""
}

extension SourceTable {
    /// - Throws: `ImportRefusal`.
    init(_ bytes: [UInt8], at place: TablePlace = TablePlace()) throws(ImportRefusal) {
        guard bytes.count <= Self.bytesMax else {
            throw ImportRefusal(.fileTooLarge, "\(Self.bytesMax >> 20)")
        }
        guard !bytes.isEmpty else {
            throw ImportRefusal(.fileEmpty)
        }
        switch TableFormat(bytes) {
        case .csv: self = try CSVTableReader.read(bytes, at: place)
        case .json, .geoJSON: self = try JSONTableReader.read(bytes, at: place)
        case .xlsx: self = try ExcelReader.read(bytes, at: place)
        case .xml: self = try XMLTableReader.read(bytes, at: place)
        }
        guard !columns.isEmpty else {
            throw ImportRefusal(.headerMissing)
        }
    }

    /// Column names as they can be asked for: trimmed, none empty, none twice.
    static func columnNames(_ header: [String]) -> [String] {
        var seen: Set<String> = []
        return header.enumerated().map { index, text in
            let lines = text.split(whereSeparator: \.isNewline).joined(separator: " ")
            var name = ReadingText.trim(lines)
            if name.isEmpty { name = "列\(index + 1)" }
            var unique = name
            var number = 2
            while !seen.insert(unique).inserted {
                unique = "\(name)(\(number))"
                number += 1
            }
            return unique
        }
    }

    /// Cells in the number of columns; longer rows keep what a column names.
    static func row(_ line: Int, _ cells: [String], columns: Int) -> Row {
        var cells = cells.prefix(columns).map {
            ReadingText.trim(String($0.prefix(cellCharactersMax)))
        }
        while cells.count < columns { cells.append("") }
        return Row(line: line, cells: cells)
    }
}
