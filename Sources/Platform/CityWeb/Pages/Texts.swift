package import CityKernel

/// The words of pages by key, in every language. Templates write `{{t.key}}`.
///
/// Each target owns a table; keys are unique over the city, so they begin with the field's name when
/// the word is not general: `riverAge`, `shelterOpen`.
package struct Texts: Sendable, ExpressibleByDictionaryLiteral {
    private(set) var table: [String: LocalizedText]

    package init(_ table: [String: LocalizedText] = [:]) { self.table = table }

    package init(dictionaryLiteral elements: (String, LocalizedText)...) {
        table = Dictionary(uniqueKeysWithValues: elements)
    }

    /// Later tables win: a city's own words replace the program's.
    package func overridden(by other: Texts) -> Texts {
        Texts(table.merging(other.table) { _, new in new })
    }

    /// - Precondition: the key is known; an unknown key is a programming error.
    package subscript(key: String) -> LocalizedText {
        guard let text = table[key] else { preconditionFailure("no text has the key \(key)") }
        return text
    }

    package func has(_ key: String) -> Bool { table[key] != nil }

    func inLanguage(_ language: Language) -> [String: String] {
        table.mapValues { $0[language] }
    }
}
