/// One question of a form with its label, hint, value as typed and error.
///
/// Part `part/field`.
package struct FormField: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// An `<input>` of the type: `text`, `email`, `tel`, `number`, `date`, `password`.
        case input(type: String)
        case text
        case select([Option])
    }

    package struct Option: Sendable, Hashable {
        let value: String
        let words: String

        package init(_ value: String, _ words: String) {
            self.value = value
            self.words = words
        }
    }

    struct OptionView: Hashable {
        let value: String
        let words: String
        let isChosen: Bool
    }

    let name: String
    let label: String
    let hint: String?
    let error: String?
    let value: String
    let type: String
    let isInput: Bool
    let isText: Bool
    let isSelect: Bool
    let isRequired: Bool
    let options: [OptionView]
    let autocomplete: String?
    let maximum: Int?
    let described: String?

    /// - Parameters:
    ///   - name: of the form field; also its HTML id.
    ///   - error: how to mend it, as an instruction; the value typed stays in the field.
    package init(
        _ name: String, label: String, kind: Kind = .input(type: "text"), value: String = "",
        hint: String? = nil, error: String? = nil, isRequired: Bool = true,
        autocomplete: String? = nil, charactersMax: Int? = nil
    ) {
        self.name = name
        self.label = label
        self.hint = hint
        self.error = error
        self.value = value
        self.isRequired = isRequired
        self.autocomplete = autocomplete
        self.maximum = charactersMax
        if case .input(let type) = kind { self.type = type } else { self.type = "" }
        isInput = !type.isEmpty
        isText = kind == .text
        if case .select(let options) = kind {
            self.options = options.map {
                OptionView(value: $0.value, words: $0.words, isChosen: $0.value == value)
            }
        } else {
            options = []
        }
        isSelect = !options.isEmpty
        let ids = [hint.map { _ in name + "-hint" }, error.map { _ in name + "-error" }]
        let joined = ids.compactMap(\.self).joined(separator: " ")
        described = joined.isEmpty ? nil : joined
    }
}
