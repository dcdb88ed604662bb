import CityKernel
import HTTPTypes

/// What a client prefers of an answer (RFC 7240; §6.3.6): the version that it understands, and where
/// GeoJSON carries its context.
struct NGSILDPreference {
    /// `1.5` for a client that knows nothing newer.
    private(set) var version: Version?
    /// GeoJSON without a context in its body.
    private(set) var hasPlainBody = false

    struct Version: Comparable {
        var major: Int
        var minor: Int

        init?(_ text: Substring) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else {
                return nil
            }
            self.major = major
            self.minor = minor
        }

        init(_ major: Int, _ minor: Int) {
            self.major = major
            self.minor = minor
        }

        static func < (left: Version, right: Version) -> Bool {
            (left.major, left.minor) < (right.major, right.minor)
        }

        var text: String { "\(major).\(minor)" }
    }

    init(_ headers: HTTPFields) {
        for field in headers[values: HTTPField.Name("Prefer")!] {
            for preference in field.split(separator: ",") { read(preference) }
        }
    }

    private mutating func read(_ preference: Substring) {
        let words = preference.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
        guard words.count == 2 else { return }
        let value = words[1].trimmed.drop { $0 == "\"" }.prefix { $0 != "\"" }
        switch words[0].trimmed.lowercased() {
        case "ngsi-ld": version = Version(value)
        case "body": hasPlainBody = value.lowercased() == "json"
        default: break
        }
    }

    /// Rewrites what the preferred version does not know (§4.3.6.8).
    /// - Returns: `nil` when there is nothing of the kind.
    func amended(_ json: JSONValue) -> JSONValue? {
        guard let version else { return nil }
        var amender = Amender(version: version)
        let result = amender.amended(json)
        // A ternary would take `nil` for JSON's null.
        guard amender.hasChanged else { return nil }
        return result
    }
}

/// Newer kinds of attributes as Properties.
private struct Amender {
    let version: NGSILDPreference.Version
    var hasChanged = false

    /// The kinds that came later than the first version, and where they keep their value.
    private static let newer: [String: (since: NGSILDPreference.Version, key: String)] = [
        "LanguageProperty": (.init(1, 4), "languageMap"),
        "VocabProperty": (.init(1, 8), "vocab"), "JsonProperty": (.init(1, 8), "json"),
        "ListProperty": (.init(1, 8), "valueList"),
        "ListRelationship": (.init(1, 8), "objectList"),
    ]

    /// Members that are nobody's to change.
    private static let values: Set<String> = ["value", "json", "@context", "languageMap"]

    /// Where an attribute of a newer kind keeps its value.
    private func oldKey(of object: JSONObject) -> String? {
        guard let type = object["type"]?.string, let newer = Self.newer[type],
            version < newer.since, object[newer.key] != nil
        else { return nil }
        return newer.key
    }

    mutating func amended(_ json: JSONValue) -> JSONValue {
        switch json {
        case .array(let values):
            return .array(values.map { amended($0) })
        case .object(let object):
            var result = JSONObject()
            let old = oldKey(of: object)
            if old != nil { hasChanged = true }
            for (key, value) in object {
                if let old, key == "type" || key == old {
                    result.append(key == old ? "value" : key, key == old ? value : "Property")
                } else if Self.values.contains(key) {
                    result.append(key, value)
                } else {
                    result.append(key, amended(value))
                }
            }
            return .object(result)
        default: return json
        }
    }
}
