import CityKernel
import CityPlatform
import CityVocabulary

extension ConfigurationNode {
    /// A day, quoted or as YAML's own date; the first instant of it in Japan.
    func day() -> Timestamp? {
        let text = plainText ?? ""
        guard text.utf8.count == 10,
            let day = Timestamp(iso8601: text, offsetSeconds: CivilTime.japanOffsetSeconds)
        else {
            report("`\(text)` is not a date", remedy: "write a real day as \"YYYY-MM-DD\"")
            return nil
        }
        return day
    }

    /// `validFrom` and `validTo` (the last valid day, or `null`) as a half-open span.
    func period() -> (from: Timestamp, to: Timestamp?)? {
        let from = self["validFrom"].flatMap { $0.day() }
        var to: Timestamp?
        if let node = self["validTo"], !node.isNull {
            guard let last = node.day() else { return nil }
            if let from, last < from {
                node.report(
                    "it ends before it begins", remedy: "write a day on or after validFrom")
                return nil
            }
            to = last + .days(1)
        }
        return from.map { ($0, to) }
    }

    /// A list under `key` whose elements each read to a value; broken ones are left out.
    func elements<Value>(
        of key: String, _ read: (ConfigurationNode) -> Value?
    ) -> [Value] {
        self[key]?.list()?.compactMap(read) ?? []
    }
}
