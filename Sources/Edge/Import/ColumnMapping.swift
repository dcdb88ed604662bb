import CityKernel

/// How one column of a table becomes an attribute.
struct ColumnMapping: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case text, number, integer, boolean, date, time, dateTime, list, json
    }

    var column: String
    var attribute: String
    var kind: Kind
    /// UN/CEFACT Common Code; empty for none.
    var unitCode: String
    /// A row without it is bad.
    var isRequired: Bool

    /// - Throws: `Problem` naming the setting.
    init(
        column: String, attribute: String, kind: Kind = .text, unitCode: String = "",
        isRequired: Bool = false
    ) throws(Problem) {
        guard !column.isEmpty else {
            throw SettingFault.problem(
                "column", "列の名前がありません", remedy: "表の列を選んでください。")
        }
        try AttributeName.check(attribute, column)
        guard unitCode.utf8.count <= 3 else {
            throw SettingFault.problem(
                column, "「\(unitCode.prefix(20))」は単位コードではありません",
                remedy: "UN/CEFACT の3文字までのコード(例: MTR)にしてください。")
        }
        self.column = column
        self.attribute = attribute
        self.kind = kind
        self.unitCode = unitCode
        self.isRequired = isRequired
    }
}

extension ColumnMapping {
    /// - Throws: `ImportRefusal`.
    func value(of text: String) throws(ImportRefusal) -> JSONValue {
        switch kind {
        case .text: return .string(text)
        case .list:
            let items = text.split { ";；、\n".contains($0) }.map { ReadingText.trim(String($0)) }
            return .array(items.filter { !$0.isEmpty }.map(JSONValue.string))
        case .number:
            guard let number = CellText.number(text) else {
                throw ImportRefusal(.notANumber)
            }
            return .number(number)
        case .integer:
            guard let number = CellText.number(text), let whole = Int64(exactly: number) else {
                throw ImportRefusal(.notAWholeNumber)
            }
            return .integer(whole)
        case .boolean:
            guard let flag = CellText.flag(text) else {
                throw ImportRefusal(.notAFlag)
            }
            return .bool(flag)
        case .date:
            guard let date = CellText.date(text) else {
                throw ImportRefusal(.notADate)
            }
            return .string(date)
        case .time:
            guard let time = CellText.clock(text) else {
                throw ImportRefusal(.notATimeOfDay)
            }
            return .string(time)
        case .dateTime:
            guard let instant = CellText.instant(text) else {
                throw ImportRefusal(.notADateAndTime)
            }
            return .string(instant.iso8601Japan)
        case .json:
            do throws(JSONError) {
                return try JSONValue(parsing: Array(text.utf8))
            } catch {
                throw ImportRefusal(.notJSON)
            }
        }
    }
}

/// What people write in cells.
enum CellText {
    /// Full-width letters, digits and signs as ASCII.
    static func narrow(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E:
                result.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            case 0x3000: result.append(" ")
            case 0x2212: result.append("-")
            default: result.append(scalar)
            }
        }
        return ReadingText.trim(String(result))
    }

    /// `1,234.5`, `１２３`. Half-written numbers are refused.
    static func number(_ text: String) -> Double? {
        let plain = narrow(text).filter { $0 != "," }
        guard !plain.isEmpty, plain.utf8.count <= 40,
            plain.utf8.allSatisfy({ "0123456789.+-eE".utf8.contains($0) }),
            let number = Double(plain), number.isFinite
        else { return nil }
        return number
    }

    static func flag(_ text: String) -> Bool? {
        switch narrow(text).lowercased() {
        case "1", "true", "yes", "有", "あり", "有り", "可", "○", "〇", "◯", "◎": true
        case "0", "false", "no", "無", "なし", "無し", "不可", "×", "✕", "x": false
        default: nil
        }
    }

    /// `2026-07-04`, `2026/7/4`, 「2026年7月4日」, `20260704`, 「令和8年7月4日」 → `2026-07-04`.
    static func date(_ text: String) -> String? {
        var plain = narrow(text)
        if let bracket = plain.firstIndex(where: { "(（".contains($0) }) {
            plain = String(plain[..<bracket])
        }
        var parts = plain.split { !$0.isNumber }.compactMap { Int($0) }
        if parts.count == 1, plain.count == 8, let all = parts.first {
            parts = [all / 10_000, all / 100 % 100, all % 100]
        }
        let era = eras.first { plain.hasPrefix($0.name) }
        if era != nil, plain.contains("元年") { parts.insert(1, at: 0) }
        guard parts.count >= 3 else { return nil }
        let year = parts[0] + (era?.yearBefore ?? 0)
        guard (1_600...2_200).contains(year), (1...12).contains(parts[1]),
            (1...CivilTime.daysInMonth(year: year, month: parts[1])).contains(parts[2])
        else { return nil }
        return "\(year)-\(two(parts[1]))-\(two(parts[2]))"
    }

    /// `9:00`, `09:00:00`, 「9時30分」, `24:00` → `09:00`.
    static func clock(_ text: String) -> String? {
        let parts = narrow(text).split { !$0.isNumber }.compactMap { Int($0) }
        let minute = parts.count > 1 ? parts[1] : 0
        guard (1...3).contains(parts.count), (0...24).contains(parts[0]),
            (0...59).contains(minute), parts[0] < 24 || minute == 0,
            parts.count > 1 || text.contains("時")
        else { return nil }
        return "\(two(parts[0])):\(two(minute))"
    }

    /// A date and a time of day, at Japan's time unless a zone stands there; a date alone is its
    /// first moment.
    static func instant(_ text: String) -> Timestamp? {
        let plain = narrow(text)
        if let time = ReadingText.time(plain) { return time }
        let zone = CivilTime.japanOffsetSeconds
        // `2026/7/4 3:50`
        let halves = plain.split(maxSplits: 1) { $0 == " " || $0 == "T" || $0 == "日" }
        guard let date = date(String(halves[0]) + (plain.contains("日") ? "日" : "")) else {
            return nil
        }
        guard halves.count > 1, !halves[1].isEmpty else {
            return Timestamp(iso8601: date, offsetSeconds: zone)
        }
        guard let clock = clock(String(halves[1])) else { return nil }
        return ReadingText.time("\(date)T\(clock)")
    }

    private static let eras: [(name: String, yearBefore: Int)] = [
        ("令和", 2018), ("平成", 1988), ("昭和", 1925), ("大正", 1911), ("R", 2018), ("H", 1988),
        ("S", 1925),
    ]

    private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
}
