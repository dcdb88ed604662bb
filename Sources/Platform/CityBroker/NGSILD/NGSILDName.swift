import CityKernel

/// What may be a name of a type or attribute (§4.6.2) and a scope (§4.18).
enum NGSILDName {
    /// A letter, then letters, digits and `_`; with a prefix and a colon before it; or a whole IRI.
    static func isValid(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return isTerm(text[...])
        }
        let rest = text[text.index(after: colon)...]
        if isTerm(text[..<colon]), isTerm(rest) { return true }
        return EntityID.isURI(text)
    }

    private static func isTerm(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, isLetter(first) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar == "_" || isLetter(scalar) || isDigit(scalar)
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (97...122).contains(scalar.value | 0x20) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark:
            return true
        default: return false
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (48...57).contains(scalar.value) }
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: return true
        default: return false
        }
    }

    /// `/Hitoyoshi/Kuma`, the first slash being free: each level is a term.
    static func isScope(_ text: String) -> Bool {
        let levels = (text.hasPrefix("/") ? text.dropFirst() : text[...])
            .split(separator: "/", omittingEmptySubsequences: false)
        return !levels.isEmpty && levels.allSatisfy(isTerm)
    }

    /// Members of the core context that are no attributes (§4.5.1).
    static let reserved: Set<String> = [
        "datasetId", "instanceId", "observedAt", "unitCode", "objectType", "valueType",
        "previousValue", "previousObject", "previousLanguageMap", "previousVocab",
        "previousJson", "previousValueList", "previousObjectList", "entityIdSealed",
        "entityTypeSealed",
    ]

    /// Attributes that the core context defines as places (§4.7.1).
    static let places: Set<String> = ["location", "observationSpace", "operationSpace"]
}
