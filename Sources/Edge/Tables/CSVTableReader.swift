import CityKernel
import Foundation

/// CSV in UTF-8 or in the encoding of Japanese Windows (CP932), told apart by its bytes.
enum CSVTableReader {
    /// Windows' Shift_JIS with ①, ㈱ and 髙, which plain Shift_JIS lacks.
    private static let cp932 = String.Encoding(rawValue: 0x8000_0420)

    static func read(_ bytes: [UInt8], at place: TablePlace) throws(ImportRefusal) -> SourceTable {
        let (text, encoding) = try decode(bytes)
        var reader = CSVRecordReader(limits: CSVLimits(fieldsMax: SourceTable.columnsMax))
        reader.append(text.utf8)
        reader.finish()
        var table = SourceTable(format: .csv, encoding: encoding, columns: [], rows: [])
        while let element = reader.next() {
            switch element {
            case .fault(let fault):
                guard !table.columns.isEmpty else { continue }
                table.faults.append(
                    .init(line: fault.line, refusal: .init(ReadingRefusal(fault.reason))))
            case .record(let record):
                try add(record, to: &table, place)
            }
        }
        return table
    }

    private static func add(
        _ record: CSVRecord, to table: inout SourceTable, _ place: TablePlace
    ) throws(ImportRefusal) {
        if record.line < place.headerLine { return }
        if table.columns.isEmpty {
            table.columns = SourceTable.columnNames(record.fields)
            return
        }
        if record.fields.allSatisfy({ ReadingText.trim($0).isEmpty }) { return }
        guard table.rows.count < SourceTable.rowsMax else { throw .tooManyRows }
        let isLong = record.fields.dropFirst(table.columns.count).contains {
            !ReadingText.trim($0).isEmpty
        }
        if isLong {
            table.faults.append(.init(line: record.line, refusal: ImportRefusal(.rowTooLong)))
            return
        }
        table.rows.append(
            SourceTable.row(record.line, record.fields, columns: table.columns.count))
    }

    private static func decode(_ bytes: [UInt8]) throws(ImportRefusal) -> (String, String) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]),
            let text = String(data: Data(bytes), encoding: .utf16)
        {
            return (text, "UTF-16")
        }
        if let text = String(validating: bytes, as: UTF8.self) { return (text, "UTF-8") }
        if let text = String(data: Data(bytes), encoding: cp932) { return (text, "Shift_JIS") }
        throw ImportRefusal(.encodingUnknown)
    }
}
