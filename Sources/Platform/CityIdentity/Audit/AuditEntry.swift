package import CityKernel

/// One line of the audit: who did what to which noun, and when. Ids and words of the program only;
/// no person's data.
package struct AuditEntry: Sendable, Hashable {
    package static let detailCharactersMax = 500
    static let saltByteCount = 16

    /// Its place in the log, from 0 without gaps. Filled by the store.
    package var number: Int64 = 0
    package var at = Timestamp(microseconds: 0)
    /// `Principal.actor`.
    package var actor: String
    /// What was done, as `order.approve`.
    package var action: String
    /// The id of the noun that it was done to.
    package var noun: String
    package var detail: String
    /// Random bytes that keep the published hash of the line from being guessed; lines older than the
    /// tree have none. Filled by the store.
    package var salt: [UInt8] = []

    package init(actor: String, action: String, noun: String, detail: String = "") {
        self.actor = actor
        self.action = action
        self.noun = noun
        self.detail = String(detail.prefix(Self.detailCharactersMax))
    }
}

// MARK: - As a leaf of the tree

extension AuditEntry {
    /// The line as it is hashed: JSON in the canonical form of RFC 8785, so that any library can make
    /// the same bytes. The time is in microseconds since 1970, the salt in hexadecimal.
    package var canonical: String {
        var text = "{"
        for (name, value) in [
            ("action", action), ("actor", actor), ("at", nil), ("detail", detail), ("noun", noun),
            ("number", nil), ("salt", salt.lowercaseHexadecimal),
        ] {
            if text.utf8.count > 1 { text += "," }
            text += "\"\(name)\":"
            if let value {
                Self.write(value, to: &text)
            } else {
                text += String(name == "at" ? at.microseconds : number)
            }
        }
        return text + "}"
    }

    package var leafHash: [UInt8] { MerkleHash.leaf(Array(canonical.utf8)) }

    private static func write(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{08}": text += "\\b"
            case "\u{09}": text += "\\t"
            case "\u{0A}": text += "\\n"
            case "\u{0C}": text += "\\f"
            case "\u{0D}": text += "\\r"
            case "\u{00}"..<"\u{20}":
                text += "\\u00" + [UInt8(scalar.value)].lowercaseHexadecimal
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
