import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Walks one XML part. Entities from outside are never loaded.
class ExcelPart: NSObject, XMLParserDelegate {
    private(set) var text = ""
    private var isCollecting = false

    final func parse(_ bytes: [UInt8]) throws(ImportRefusal) {
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.delegate = self
        guard parser.parse() else { throw ImportRefusal.excelUnreadable }
    }

    /// Texts from here on are wanted.
    final func collect() {
        text = ""
        isCollecting = true
    }

    final func collected() -> String {
        isCollecting = false
        return text
    }

    func began(_ name: String, _ attributes: [String: String]) {}
    func ended(_ name: String) {}

    final func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        began(Self.local(elementName), attributes)
    }

    final func parser(
        _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        ended(Self.local(elementName))
    }

    final func parser(_ parser: XMLParser, foundCharacters string: String) {
        if isCollecting { text += string }
    }

    private static func local(_ name: String) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }
}

final class ExcelWorkbook: ExcelPart {
    private(set) var sheets: [(name: String, link: String)] = []
    private(set) var startsIn1904 = false

    override func began(_ name: String, _ attributes: [String: String]) {
        switch name {
        case "sheet":
            guard attributes["state"] == nil || attributes["state"] == "visible" else { return }
            sheets.append((attributes["name"] ?? "", attributes["r:id"] ?? attributes["id"] ?? ""))
        case "workbookPr":
            startsIn1904 = ["1", "true"].contains(attributes["date1904"] ?? "")
        default: break
        }
    }
}

final class ExcelLinks: ExcelPart {
    private(set) var targets: [String: String] = [:]

    override func began(_ name: String, _ attributes: [String: String]) {
        guard name == "Relationship", let id = attributes["Id"] else { return }
        targets[id] = attributes["Target"]
    }
}

/// Shared texts, without the phonetic readings (`rPh`) that Japanese Excel keeps beside them.
final class ExcelTexts: ExcelPart {
    private(set) var texts: [String] = []
    private var item = ""
    private var isReading = false

    override func began(_ name: String, _ attributes: [String: String]) {
        switch name {
        case "si": item = ""
        case "rPh": isReading = true
        case "t" where !isReading: collect()
        default: break
        }
    }

    override func ended(_ name: String) {
        switch name {
        case "t" where !isReading: item += collected()
        case "rPh": isReading = false
        case "si": texts.append(item)
        default: break
        }
    }
}

/// Which cell styles show a number as a date or a time.
final class ExcelStyles: ExcelPart {
    /// By the index that cells carry.
    private(set) var kinds: [Bool] = []
    private var custom: [Int: Bool] = [:]
    private var isInCells = false

    /// Formats of ISO/IEC 29500 §18.8.30, with those of Japanese Excel.
    private static let builtIn: [ClosedRange<Int>] = [14...22, 27...36, 45...47, 50...58]

    override func began(_ name: String, _ attributes: [String: String]) {
        switch name {
        case "numFmt":
            guard let id = attributes["numFmtId"].flatMap({ Int($0) }) else { return }
            custom[id] = Self.isTime(attributes["formatCode"] ?? "")
        case "cellXfs": isInCells = true
        case "xf" where isInCells:
            let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
            kinds.append(custom[id] ?? Self.builtIn.contains { $0.contains(id) })
        default: break
        }
    }

    override func ended(_ name: String) {
        if name == "cellXfs" { isInCells = false }
    }

    /// Whether the code has a letter of dates outside quotes and brackets.
    private static func isTime(_ code: String) -> Bool {
        var isQuoted = false
        var isBracketed = false
        for character in code.lowercased() {
            switch character {
            case "\"": isQuoted.toggle()
            case "[" where !isQuoted: isBracketed = true
            case "]" where !isQuoted: isBracketed = false
            case "y", "m", "d", "h", "s", "e", "g":
                if !isQuoted, !isBracketed { return true }
            default: break
            }
        }
        return false
    }
}

final class ExcelSheet: ExcelPart {
    private let texts: [String]
    private let isTime: [Bool]
    private let startsIn1904: Bool
    private let headerLine: Int

    private(set) var header: [String] = []
    private(set) var rows: [(line: Int, cells: [String])] = []
    private(set) var hasTooManyRows = false
    private var line = 0
    private var cells: [String] = []
    private var column = 0
    private var type = ""
    private var style = 0
    private var value = ""
    private var isReading = false

    init(texts: [String], isTime: [Bool], startsIn1904: Bool, headerLine: Int) {
        self.texts = texts
        self.isTime = isTime
        self.startsIn1904 = startsIn1904
        self.headerLine = headerLine
    }

    override func began(_ name: String, _ attributes: [String: String]) {
        switch name {
        case "row":
            line = attributes["r"].flatMap { Int($0) } ?? line + 1
            cells = []
            column = -1
        case "c":
            column = attributes["r"].flatMap(Self.column) ?? column + 1
            type = attributes["t"] ?? ""
            style = attributes["s"].flatMap { Int($0) } ?? 0
            value = ""
        case "rPh": isReading = true
        case "v", "t": if !isReading { collect() }
        default: break
        }
    }

    override func ended(_ name: String) {
        switch name {
        case "v", "t": if !isReading { value += collected() }
        case "rPh": isReading = false
        case "c": put(shown())
        case "row": endRow()
        default: break
        }
    }

    private func put(_ text: String) {
        guard (0..<SourceTable.columnsMax).contains(column) else { return }
        while cells.count <= column { cells.append("") }
        cells[column] = text
    }

    private func endRow() {
        if line < headerLine { return }
        if header.isEmpty {
            header = cells
            return
        }
        guard cells.contains(where: { !ReadingText.trim($0).isEmpty }) else { return }
        guard rows.count < SourceTable.rowsMax else {
            hasTooManyRows = true
            return
        }
        rows.append((line, cells))
    }

    private func shown() -> String {
        switch type {
        case "s": return Int(value).flatMap { texts.indices.contains($0) ? texts[$0] : nil } ?? ""
        case "b": return value == "1" ? "TRUE" : "FALSE"
        // #N/A and the like: the table has no value there.
        case "e": return ""
        case "str", "inlineStr": return value
        default:
            guard isTime.indices.contains(style), isTime[style], let days = Double(value) else {
                return value
            }
            return ExcelReader.time(days, startsIn1904: startsIn1904) ?? value
        }
    }

    /// `AB12` → 27.
    private static func column(_ reference: String) -> Int? {
        var number = 0
        for byte in reference.utf8 {
            guard (0x41...0x5A).contains(byte) else { break }
            number = number * 26 + Int(byte) - 0x40
            guard number <= 16_384 else { return nil }
        }
        return number > 0 ? number - 1 : nil
    }
}
