import CityKernel

/// A table that its publisher keeps at an address, pulled on a schedule.
struct ImportSource: Sendable, Hashable {
    static let intervalSecondsRange = 10...31 * 86_400
    static let urlBytesMax = 2_000

    /// Unique, plain.
    var id: String
    var name: String
    /// May hold `{yyyy}`, `{MM}`, `{dd}`, `{HH}`, `{mm}` of Japan's time, rounded down to
    /// `stepMinutes`, for publishers who name files by time.
    var url: String
    var stepMinutes: Int
    var intervalSeconds: Int
    var mappingID: String
    var isActive: Bool
    /// Whether the address gives a feed (Atom, RSS) whose entries lead to the documents to import.
    var followsLinks: Bool
    /// Only entries of the feed that hold these words; empty for all.
    var linkWords: String

    static let linkWordsCharactersMax = 100

    /// - Throws: `Problem` naming the setting.
    init(
        id: String, name: String, url: String, stepMinutes: Int = 10, intervalSeconds: Int,
        mappingID: String, isActive: Bool = true, followsLinks: Bool = false,
        linkWords: String = ""
    ) throws(Problem) {
        try PlainName.check(id, "id")
        try PlainName.check(mappingID, "mapping")
        guard (1...DeviceModel.nameCharactersMax).contains(name.count) else {
            throw SettingFault.problem(
                "name", "名前は1〜100字です", remedy: "職員にわかる名前を入れてください。")
        }
        let filled = Self.address(url, at: Timestamp(seconds: 0), stepMinutes: max(stepMinutes, 1))
        guard url.utf8.count <= Self.urlBytesMax,
            filled.hasPrefix("https://") || filled.hasPrefix("http://"), EntityID.isURI(filled),
            filled.split(separator: "/").count > 1
        else {
            throw SettingFault.problem(
                "url", "アドレスとして使えません", remedy: "https:// から始まるアドレス全体を入れてください。")
        }
        guard Self.intervalSecondsRange.contains(intervalSeconds) else {
            throw SettingFault.problem(
                "intervalSeconds", "取りに行く間隔は10秒〜31日です", remedy: "範囲の中の数にしてください。")
        }
        guard (1...1_440).contains(stepMinutes) else {
            throw SettingFault.problem(
                "stepMinutes", "時刻の刻みは1〜1440分です", remedy: "10分ごとのファイルなら10にしてください。")
        }
        guard linkWords.count <= Self.linkWordsCharactersMax else {
            throw SettingFault.problem(
                "linkWords", "言葉は\(Self.linkWordsCharactersMax)字までです", remedy: "短くしてください。")
        }
        self.followsLinks = followsLinks
        self.linkWords = linkWords
        self.id = id
        self.name = name
        self.url = url
        self.stepMinutes = stepMinutes
        self.intervalSeconds = intervalSeconds
        self.mappingID = mappingID
        self.isActive = isActive
    }

    /// The address to ask at `now`.
    func address(at now: Timestamp) -> String {
        Self.address(url, at: now, stepMinutes: stepMinutes)
    }

    private static func address(
        _ url: String, at now: Timestamp, stepMinutes: Int
    ) -> String {
        let step = Int64(stepMinutes) * 60_000_000
        let civil = CivilTime(Timestamp(microseconds: now.microseconds / step * step))
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let parts = [
            ("{yyyy}", String(civil.year)), ("{MM}", two(civil.month)), ("{dd}", two(civil.day)),
            ("{HH}", two(civil.hour)), ("{mm}", two(civil.minute)),
        ]
        return parts.reduce(url) { $0.replacing($1.0, with: $1.1) }
    }
}

extension ImportSource {
    var json: JSONValue {
        [
            "id": .string(id), "name": .string(name), "url": .string(url),
            "stepMinutes": .integer(Int64(stepMinutes)),
            "intervalSeconds": .integer(Int64(intervalSeconds)),
            "mapping": .string(mappingID), "isActive": .bool(isActive),
            "followsLinks": .bool(followsLinks), "linkWords": .string(linkWords),
        ]
    }

    init(_ json: JSONValue) throws(Problem) {
        try self.init(
            id: json.textMember("id"), name: json.textMember("name"), url: json.textMember("url"),
            stepMinutes: Int(clamping: json["stepMinutes"]?.integer ?? 10),
            intervalSeconds: Int(clamping: json["intervalSeconds"]?.integer ?? 0),
            mappingID: json.textMember("mapping"), isActive: json["isActive"]?.bool ?? true,
            followsLinks: json["followsLinks"]?.bool ?? false,
            linkWords: json.textMember("linkWords"))
    }
}
