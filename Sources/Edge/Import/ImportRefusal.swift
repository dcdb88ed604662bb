import CityKernel

/// Why a file, a row or a cell is not taken, or why nothing came from a publisher: kept as a reason
/// with what was seen, and said in the language of whoever reads it.
struct ImportRefusal: Error, Sendable, Hashable {
    /// Raw values are the keys of reports; their words stand in `ImportRefusal+Words.swift`.
    enum Reason: String, Sendable, Hashable, CaseIterable {
        // Of a cell
        case notANumber, notAWholeNumber, notAFlag, notADate, notATimeOfDay, notADateAndTime
        case notJSON, cellEmpty
        // Of a row
        case rowEmpty, rowTooLong, idEmpty, idTooLong, idTwice
        case timeEmpty, timeInvalid, timeInFuture
        case geometryInvalid, coordinatesNotNumbers, coordinatesSwapped, notOnEarth
        // Of a file
        case columnsMissing, fileTooLarge, fileEmpty, headerMissing, encodingUnknown, tooManyRows
        case jsonUnreadable, jsonPathMissing, recordsMissing
        case xmlTooLarge, xmlUnreadable, xmlEncodingUnknown, xmlDocumentType, xmlTooDeep
        case xmlPathMissing, telegramUnreadable, notAFeed
        case excelUnreadable, excelTooLarge, sheetMissing
        // Of a publisher
        case unreachable, addressRefused, timedOut, answerTooLarge, statusUnexpected
        /// A row of water levels; the value names a `ReadingRefusal`.
        case reading
        /// Words of another part of the city: the message and, where there is one, the remedy.
        case told
    }

    var reason: Reason
    /// What stands for `{1}`, `{2}` in the words.
    var values: [String]

    init(_ reason: Reason, _ values: String...) {
        self.reason = reason
        self.values = values.map { String($0.prefix(Self.valueCharactersMax)) }
    }

    init(_ refusal: ReadingRefusal) { self.init(.reading, refusal.rawValue) }

    /// What another part of the city says in words of its own.
    init(telling problem: Problem) {
        self.init(.told, problem.places.first?.message ?? problem.detail, problem.remedy ?? "")
    }

    static let valueCharactersMax = 300
    static let tooManyRows = ImportRefusal(.tooManyRows, "\(SourceTable.rowsMax)")
    static let excelUnreadable = ImportRefusal(.excelUnreadable)
}

extension ImportRefusal {
    /// What is wrong.
    var message: LocalizedText { filled(words.message) }

    /// How to mend it; empty where nothing can be done here.
    var remedy: LocalizedText { filled(words.remedy) }

    /// Both, as one text.
    var sentence: LocalizedText { LocalizedText { LocalizedText.joined(message, remedy, in: $0) } }

    private var words: Words {
        switch reason {
        case .reading:
            guard let refusal = values.first.flatMap(ReadingRefusal.init) else { return .unsaid }
            return Words(refusal.message, refusal.remedy)
        case .told:
            return Words(
                LocalizedText(values.first ?? ""), LocalizedText(values.dropFirst().first ?? ""))
        default: return Self.words[reason] ?? .unsaid
        }
    }

    private func filled(_ text: LocalizedText) -> LocalizedText {
        guard reason != .told else { return text }
        return LocalizedText { language in
            values.enumerated().reduce(text[language]) { words, value in
                words.replacing("{\(value.offset + 1)}", with: value.element)
            }
        }
    }
}

extension LocalizedText {
    /// What is wrong and how to mend it, as two sentences.
    static func joined(
        _ message: LocalizedText, _ remedy: LocalizedText, in language: Language
    ) -> String {
        let (first, second) = (message[language], remedy[language])
        guard !second.isEmpty else { return first }
        return language == .english ? "\(first). \(second)." : "\(first)。\(second)。"
    }
}

// MARK: - Keeping

extension ImportRefusal: ProblemConvertible {
    var problem: Problem {
        Problem(
            .badRequestData, title: "The table cannot be read", detail: message.english,
            remedy: remedy.english.isEmpty ? nil : remedy.english)
    }

    /// For tables of the store: read again by `init(kept:)`.
    var kept: JSONValue {
        [
            "reason": .string(reason.rawValue),
            "values": .array(values.map(JSONValue.string)),
        ]
    }

    /// What `kept` wrote, or a message and remedy in words, as they were kept before.
    init(kept json: JSONValue) {
        guard let reason = json["reason"]?.string.flatMap(Reason.init) else {
            self.init(.told, json.textMember("message"), json.textMember("remedy"))
            return
        }
        self.init(reason)
        values = (json["values"]?.array ?? []).compactMap(\.string)
    }

    /// From a column of text, which held plain words before.
    init(keptText text: String) {
        guard text.first == "{", let json = try? JSONValue(parsing: text.utf8) else {
            // Not JSON: words of an earlier version, kept as they are.
            self.init(.told, text)
            return
        }
        self.init(kept: json)
    }
}
