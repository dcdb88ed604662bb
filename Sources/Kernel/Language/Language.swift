/// The languages every page has.
package enum Language: String, Sendable, Hashable, CaseIterable {
    case japanese = "ja"
    /// やさしい日本語: its own reviewed text, not a simplification made at run time.
    case easyJapanese = "easy"
    case english = "en"

    /// The HTML `lang` attribute; RFC 5646 has no subtag for plain Japanese, so a private one serves.
    package var tag: String { self == .easyJapanese ? "ja-x-easy" : rawValue }

    /// What the language calls itself, for the switch on every page.
    package var ownName: String {
        switch self {
        case .japanese: "日本語"
        case .easyJapanese: "やさしい日本語"
        case .english: "English"
        }
    }
}

/// One text in every language. Missing languages fall back to Japanese.
package struct LocalizedText: Sendable, Hashable {
    package var japanese: String
    package var easyJapanese: String
    package var english: String

    package init(_ japanese: String, easy: String? = nil, en: String? = nil) {
        self.japanese = japanese
        self.easyJapanese = easy ?? japanese
        self.english = en ?? japanese
    }

    /// A text said anew in each language, for words around times and numbers.
    package init(_ words: (Language) -> String) {
        self.japanese = words(.japanese)
        self.easyJapanese = words(.easyJapanese)
        self.english = words(.english)
    }

    package subscript(language: Language) -> String {
        switch language {
        case .japanese: japanese
        case .easyJapanese: easyJapanese
        case .english: english
        }
    }
}

extension LocalizedText {
    /// Of an attribute that must be there; in English it follows its name.
    package static let isRequired = LocalizedText("がありません", easy: "が ありません", en: "is required")
}
