import CityKernel
import Foundation

/// One sheet of an Excel workbook (ISO/IEC 29500, `.xlsx`): a zip of XML. Phonetic readings beside
/// Japanese texts are not part of the text; dates are numbers that only their style tells.
enum ExcelReader {
    static let partBytesMax = 128 << 20

    static func read(_ bytes: [UInt8], at place: TablePlace) throws(ImportRefusal) -> SourceTable {
        let archive = try ZipArchive(bytes)
        guard let workbook = try xml("xl/workbook.xml", in: archive),
            let links = try xml("xl/_rels/workbook.xml.rels", in: archive)
        else { throw ImportRefusal.excelUnreadable }
        let book = ExcelWorkbook()
        try book.parse(workbook)
        let targets = ExcelLinks()
        try targets.parse(links)
        guard let sheet = book.sheets.first(where: { place.sheet == nil || $0.name == place.sheet })
        else {
            throw ImportRefusal(.sheetMissing, place.sheet ?? "")
        }
        guard let target = targets.targets[sheet.link],
            let part = try xml(path(target), in: archive)
        else { throw ImportRefusal.excelUnreadable }
        let texts = ExcelTexts()
        if let part = try xml("xl/sharedStrings.xml", in: archive) { try texts.parse(part) }
        let styles = ExcelStyles()
        if let part = try xml("xl/styles.xml", in: archive) { try styles.parse(part) }
        let reader = ExcelSheet(
            texts: texts.texts, isTime: styles.kinds, startsIn1904: book.startsIn1904,
            headerLine: place.headerLine)
        try reader.parse(part)
        if reader.hasTooManyRows { throw .tooManyRows }
        var table = SourceTable(
            format: .xlsx, sheets: book.sheets.map(\.name),
            columns: SourceTable.columnNames(reader.header), rows: [])
        table.rows = reader.rows.map {
            SourceTable.row($0.line, $0.cells, columns: table.columns.count)
        }
        return table
    }

    private static func xml(
        _ name: String, in archive: ZipArchive
    ) throws(ImportRefusal) -> [UInt8]? {
        try archive.read(name, bytesMax: partBytesMax)
    }

    private static func path(_ target: String) -> String {
        target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
    }
}

extension ExcelReader {
    /// A date or time of Excel as text: days since the end of 1899, the fraction is the time of day.
    static func time(_ days: Double, startsIn1904: Bool) -> String? {
        let shift: Double = startsIn1904 ? 1_462 : 0
        guard days.isFinite, days >= 0, days + shift < 2_958_466 else { return nil }
        // Rounded to the second: fractions of days are not exact.
        let seconds = Int64(((days + shift) * 86_400).rounded())
        let (day, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let epoch = CivilTime.days(year: 1899, month: 12, day: 30)
        let civil = CivilTime(
            Timestamp(seconds: (epoch + day) * 86_400 + second), offsetSeconds: 0)
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let clock = "\(two(civil.hour)):\(two(civil.minute))"
        let withSeconds = civil.second == 0 ? clock : "\(clock):\(two(civil.second))"
        // Below one day it is a time of day alone.
        if day == 0, !startsIn1904 { return withSeconds }
        let date = "\(civil.year)-\(two(civil.month))-\(two(civil.day))"
        return second == 0 ? date : "\(date)T\(withSeconds)"
    }
}
