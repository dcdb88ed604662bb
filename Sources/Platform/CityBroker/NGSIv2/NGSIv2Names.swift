package import CityKernel

/// Ids and names between NGSIv2, where an id is any text, and the city, where it is a URI.
package enum NGSIv2Names {
    /// Longest id, type or name, in characters.
    package static let lengthMax = 256

    /// Stands before an id that is no URI by itself.
    static let prefix = "urn:ngsi-v2:"

    /// An id that is a URI is the same in both; another is escaped behind `urn:ngsi-v2:`.
    /// - Throws: `Problem` of kind `badRequestData`.
    package static func entityID(_ text: String) throws(Problem) -> EntityID {
        try check(text, "entity id")
        if !text.hasPrefix(prefix), let id = EntityID(text) { return id }
        guard let id = EntityID(prefix + escaped(text)) else {
            throw .badData("Invalid characters in entity id", at: "id")
        }
        return id
    }

    /// The id as NGSIv2 says it.
    package static func text(of id: EntityID) -> String {
        guard id.text.hasPrefix(prefix) else { return id.text }
        return unescaped(id.text.dropFirst(prefix.count))
    }

    /// A pattern over ids as NGSIv2 says them, for ids as the city keeps them.
    package static func pattern(_ text: String) -> String {
        guard text.hasPrefix("^") else { return text }
        return "^(\(prefix))?" + text.dropFirst()
    }

    /// §"Field syntax restrictions" of NGSIv2: 1 to 256 characters, none of them a control, a space or
    /// one of `&?/#`, nor one that Orion forbids everywhere.
    package static func check(_ text: String, _ what: String) throws(Problem) {
        guard !text.isEmpty else { throw .badData("\(what) length: 0, min length supported: 1") }
        guard text.count <= lengthMax else {
            throw .badData(
                "\(what) length: \(text.count), max length supported: \(lengthMax)")
        }
        let isFine = text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar.value != 0x7F && !"&?/#".unicodeScalars.contains(scalar)
                && !forbidden.contains(scalar)
        }
        // URIs hold slashes.
        guard isFine || EntityID.isURI(text) && !text.unicodeScalars.contains(where: isForbidden)
        else { throw .badData("Invalid characters in \(what)") }
    }

    /// Texts anywhere in a body.
    package static func checkText(_ text: String, _ what: String) throws(Problem) {
        if text.unicodeScalars.contains(where: isForbidden) {
            throw .badData("Invalid characters in \(what)")
        }
    }

    private static let forbidden = Set("<>\"'=;()".unicodeScalars)

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        forbidden.contains(scalar)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == "%" || scalar.value < 0x21 || scalar == "{" || scalar == "}"
                || scalar == "|" || scalar == "\\" || scalar == "^" || scalar == "`"
            {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" + digits : digits)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        // The last character of a URI is no colon.
        return result.hasSuffix(":") ? result.dropLast() + "%3A" : result
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "%", let code = UInt8(rest.prefix(2), radix: 16) {
                result.unicodeScalars.append(Unicode.Scalar(code))
                rest = rest.dropFirst(2)
            } else {
                result.append(character)
            }
        }
        return result
    }
}

extension Broker {
    /// Types that some entity has now and whose name `pattern` matches somewhere.
    /// - Throws: `Problem` for a pattern that cannot be read.
    package func listTypes(matching pattern: String) async throws -> [String] {
        let pattern = try TextPattern(pattern)
        return try await listTypes().filter(pattern.matches)
    }
}
