/// The languages that a reader wishes, as in `Accept-Language` (§4.15; RFC 3282, RFC 4647).
package enum LanguageRange {
    /// `fr;q=0.2,nl;q=0.9` in the order of its weights.
    package static func parse(_ text: String) -> [String] {
        let wishes = text.split(separator: ",").map { part in
            let words = part.split(separator: ";").map { $0.filter { $0 != " " } }
            let weight = words.dropFirst().first { $0.hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) }
            return (tag: String(words.first ?? ""), weight: weight ?? 1)
        }
        return wishes.enumerated().filter { !$0.element.tag.isEmpty && $0.element.weight > 0 }
            .sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }
            .map(\.element.tag)
    }

    /// The tag that serves the first wish that any serves; `@none`, then the first tag, when none
    /// does. A wish is shortened from its end (`nl-BE`, `nl`), and serves longer tags too.
    static func choose(from tags: [String], for wishes: [String]) -> String? {
        for wish in wishes where wish != "*" {
            var range = wish.lowercased()
            while !range.isEmpty {
                if let tag = tags.first(where: { $0.lowercased() == range }) { return tag }
                if let tag = tags.first(where: { $0.lowercased().hasPrefix(range + "-") }) {
                    return tag
                }
                range = range.lastIndex(of: "-").map { String(range[..<$0]) } ?? ""
            }
        }
        return tags.contains("@none") && !wishes.contains("*") ? "@none" : tags.first
    }
}
