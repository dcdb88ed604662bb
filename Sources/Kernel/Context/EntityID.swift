/// The name of an entity: an absolute URI (NGSI-LD, ETSI GS CIM 009 §4.6.2), usually a URN such as
/// `urn:ngsi-ld:Shelter:E4320300001201`.
package struct EntityID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// The longest URI accepted, in bytes.
    package static let bytesMax = 1_024

    /// - Returns: `nil` unless the text is an absolute URI of at most `bytesMax`: a scheme, a colon,
    ///   more after it that does not end in a colon, and no space, control character or any of
    ///   `<>"{}|\^` and backquote. Other scripts are welcome, as in an IRI; characters that only
    ///   turn the direction of text are not, since they make one name look like another.
    package init?(_ text: String) {
        guard Self.isURI(text) else { return nil }
        self.text = text
    }

    /// An id that the city makes itself: `urn:ngsi-ld:<type>:<name>`. It may be longer than
    /// `bytesMax`, since a noun about a thing is named after that thing's id.
    /// - Precondition: the result is a URI.
    package init(type: String, name: String) {
        let text = "urn:ngsi-ld:\(type):\(name)"
        precondition(Self.hasFormOfURI(text), "an entity name must fit into a URI")
        self.text = text
    }

    /// What follows `urn:ngsi-ld:<type>:`, which names the thing within its type; the whole text of
    /// any other URI. Nouns about one thing (reading, stage, thresholds) share this name.
    package var name: String {
        let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "urn", parts[1] == "ngsi-ld" else { return text }
        return String(parts[3])
    }

    package var description: String { text }

    package static func < (left: EntityID, right: EntityID) -> Bool { left.text < right.text }

    package static func isURI(_ text: String) -> Bool {
        text.utf8.count <= bytesMax && hasFormOfURI(text)
    }

    private static func hasFormOfURI(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            isScheme(text.utf8[..<colon]), text.utf8.last != UInt8(ascii: ":")
        else { return false }
        var isASCII = true
        for byte in text.utf8 {
            switch byte {
            case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
                UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "\\"),
                UInt8(ascii: "^"), UInt8(ascii: "`"):
                return false
            case 0x80...: isASCII = false
            default: break
            }
        }
        return isASCII || !text.unicodeScalars.contains(where: isInvisible)
    }

    /// A letter, then letters, digits, `+`, `-` or `.` (RFC 3986 §3.1).
    private static func isScheme(_ bytes: Substring.UTF8View) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { byte in
            isLetter(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    /// Controls, white space and whatever else shows nothing, so that no two names look alike.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator: true
        default:
            scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{2800}"
                || scalar.properties.isNoncharacterCodePoint
        }
    }
}
