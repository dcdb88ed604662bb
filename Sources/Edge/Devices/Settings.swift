import CityKernel

/// A setting that cannot be used: which one, and how to mend it.
enum SettingFault {
    static func problem(_ place: String, _ detail: String, remedy: String) -> Problem {
        Problem(
            .badRequestData, title: "The settings cannot be used", detail: "\(place): \(detail)",
            remedy: remedy, places: [.init(place: place, message: detail)])
    }
}

/// Names that stand in topics, addresses and ids: letters, digits, `.`, `_` and `-`.
enum PlainName {
    static let charactersMax = 64

    static func isPlain(_ text: String) -> Bool {
        (1...charactersMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    /// - Throws: `Problem` naming `place`.
    static func check(_ text: String, _ place: String) throws(Problem) {
        guard isPlain(text) else {
            throw SettingFault.problem(
                place, "「\(text.prefix(80))」は使えません",
                remedy: "半角の英字・数字・「.」「_」「-」だけで、64字までにしてください。")
        }
    }
}

/// Names of attributes and entity types that devices and imports may write.
enum AttributeName {
    static let charactersMax = 128
    private static let reserved: Set<String> = [
        "id", "type", "scope", "@context", "createdAt", "modifiedAt", "observedAt", "value",
    ]

    /// - Throws: `Problem` naming `place`.
    static func check(_ text: String, _ place: String) throws(Problem) {
        let isUsable =
            !text.isEmpty && text.count <= charactersMax && !reserved.contains(text)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x20 && scalar.value != 0x7F
                    && !"<>\"'=;()&/\\{}|^`[],".unicodeScalars.contains(scalar)
                    && !scalar.properties.isWhitespace
            }
        guard isUsable else {
            throw SettingFault.problem(
                place, "「\(text.prefix(80))」は属性や種類の名前になりません",
                remedy: "waterLevel のように空白と記号のない名前にしてください。")
        }
    }
}

extension JSONValue {
    /// A text member; an absent one is empty.
    func textMember(_ name: String) -> String { self[name]?.string ?? "" }
}
