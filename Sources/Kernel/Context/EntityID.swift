/// The name of an entity: an absolute URI (NGSI-LD, ETSI GS CIM 009 §4.6.2), usually a URN such as
/// `urn:ngsi-ld:Shelter:E4320300001201`.
package struct EntityID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// The longest URI accepted, in bytes.
    package static let bytesMax = 1_024

    /// - Returns: `nil` unless the text is an absolute URI: a scheme, a colon, and no space, control
    ///   character or any of `<>"{}|\^` and backquote.
    package init?(_ text: String) {
        guard Self.isURI(text) else { return nil }
        self.text = text
    }

    /// An id that the city makes itself: `urn:ngsi-ld:<type>:<name>`.
    /// - Precondition: the result is a URI.
    package init(type: String, name: String) {
        guard let id = EntityID("urn:ngsi-ld:\(type):\(name)") else {
            preconditionFailure("an entity name must fit into a URI")
        }
        self = id
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
        guard text.utf8.count <= bytesMax else { return false }
        var seenColon = false
        var isFirst = true
        for byte in text.utf8 {
            switch byte {
            case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
                UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "\\"),
                UInt8(ascii: "^"), UInt8(ascii: "`"):
                return false
            case UInt8(ascii: ":") where !seenColon:
                if isFirst { return false }
                seenColon = true
            default:
                if !seenColon {
                    let isLetter = (byte | 0x20) >= 97 && (byte | 0x20) <= 122
                    let isDigit = byte >= 48 && byte <= 57
                    let isOther = isDigit || byte == 43 || byte == 45 || byte == 46
                    if !(isLetter || (!isFirst && isOther)) { return false }
                }
            }
            isFirst = false
        }
        return seenColon && text.utf8.last != UInt8(ascii: ":")
    }
}
