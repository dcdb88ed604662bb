import CityKernel

/// 気象庁防災情報XML: one telegram is one row.
///
/// Telegrams of drills and tests (`Status` 訓練, 試験) are no rows unless the table's path says `訓練`,
/// and then only they are: what is not real never stands beside what is.
enum TelegramReader {
    static let namespace = "http://xml.kishou.go.jp/jmaxml1/"
    static let drillPath = "訓練"
    /// Areas with what holds for them; further ones are left out and counted in `areasLeftOut`.
    static let areasMax = 3_000

    static let columns = [
        "event", "status", "title", "category", "infoType", "serial", "publisher", "editor",
        "reportedAt", "validTo", "headline", "severity", "warningLevel", "areas", "areasLeftOut",
    ]

    static func reads(_ root: XMLElement) -> Bool {
        root.name == "Report" && root.namespace == namespace
    }

    static func table(
        _ root: XMLElement, at place: TablePlace
    ) throws(ImportRefusal) -> SourceTable {
        guard let control = root.find("Control"), let head = root.find("Head"),
            !head.words("ReportDateTime").isEmpty
        else {
            throw ImportRefusal(.telegramUnreadable)
        }
        var table = SourceTable(format: .xml, columns: columns, rows: [])
        let isDrill = control.words("Status") != "通常"
        guard isDrill == (place.recordsPath == drillPath) else { return table }
        let told = cells(control, head)
        table.rows = [.init(line: 1, cells: columns.map { told[$0] ?? "" })]
        return table
    }

    private static func cells(_ control: XMLElement, _ head: XMLElement) -> [String: String] {
        let items = (head.find("Headline")?.list("Information") ?? []).flatMap { information in
            information.list("Item").map { (information.attributes["type"] ?? "", $0) }
        }
        let headline = head.words("Headline", "Text")
        let areas = items.flatMap { Self.areas(of: $0.1, scale: $0.0) }
        let kinds = items.flatMap { $0.1.list("Kind").map { $0.words("Name") } }
        return [
            "event": event(control, head), "status": control.words("Status"),
            "title": head.words("Title"), "category": head.words("InfoKind"),
            "infoType": head.words("InfoType"), "serial": head.words("Serial"),
            "publisher": control.words("PublishingOffice"),
            "editor": control.words("EditorialOffice"),
            "reportedAt": head.words("ReportDateTime"), "validTo": head.words("ValidDateTime"),
            "headline": headline, "severity": Self.severity(kinds, head),
            "warningLevel": warningLevel(headline).map(String.init) ?? "",
            "areas": JSONValue.array(Array(areas.prefix(areasMax))).text,
            "areasLeftOut": String(max(0, areas.count - areasMax)),
        ]
    }

    /// What a later telegram replaces: the publisher's event, or its kind of telegram where it names
    /// none.
    private static func event(_ control: XMLElement, _ head: XMLElement) -> String {
        let event = head.words("EventID")
        let parts = [
            control.words("Title"), event.isEmpty ? head.words("Title") : event,
            control.words("EditorialOffice"),
        ]
        let isReal = control.words("Status") == "通常"
        return ((isReal ? [] : [control.words("Status")]) + parts).joined(separator: "-")
    }

    private static func areas(of item: XMLElement, scale: String) -> [JSONValue] {
        let kinds = JSONValue.array(
            item.list("Kind").map { kind in
                var object = JSONObject([
                    ("name", .string(kind.words("Name"))), ("code", .string(kind.words("Code"))),
                ])
                for (member, name) in [("condition", "Condition"), ("status", "Status")] {
                    let words = kind.words(name)
                    if !words.isEmpty { object.append(member, .string(words)) }
                }
                return .object(object)
            })
        return item.list("Areas").flatMap { areas in
            areas.list("Area").map { area in
                [
                    "scale": .string(scale),
                    "codeType": .string(areas.attributes["codeType"] ?? ""),
                    "name": .string(area.words("Name")), "code": .string(area.words("Code")),
                    "kinds": kinds,
                ]
            }
        }
    }

    /// By the names of what is announced, in the words of the Smart Data Models.
    private static func severity(_ kinds: [String], _ head: XMLElement) -> String {
        if head.words("InfoType") == "取消" { return "informational" }
        func names(_ words: [String]) -> Bool {
            kinds.contains { kind in
                !kind.contains("解除") && words.contains { kind.contains($0) }
            }
        }
        if names(["特別警報", "大津波警報", "氾濫発生情報"]) { return "critical" }
        if names(["警報", "警戒情報", "氾濫危険情報", "記録的短時間大雨情報", "警戒"]) { return "high" }
        if names(["注意報", "注意情報", "津波予報"]) { return "medium" }
        return "informational"
    }

    /// The highest level that the headline states (「警戒レベル４相当」); telegrams without the words have
    /// none, and none is made up.
    private static func warningLevel(_ headline: String) -> Int? {
        let mark = "警戒レベル"
        let plain = CellText.narrow(headline)
        return plain.ranges(of: mark).compactMap { range in
            plain[range.upperBound...].first.flatMap { $0.wholeNumberValue }
        }.filter { (1...5).contains($0) }.max()
    }
}
