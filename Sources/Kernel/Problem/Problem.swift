/// What went wrong, said so that its reader can mend it. Edges turn it into problem+json (RFC 9457)
/// or a page in plain Japanese; nothing inside the city knows HTTP.
package struct Problem: Error, Sendable, Hashable {
    /// The kinds of refusal that the city knows; `CityWeb` maps each to a status and a type URI.
    package enum Kind: String, Sendable, CaseIterable {
        case invalidRequest, badRequestData, unauthenticated, forbidden, notFound, alreadyExists
        case conflict, notSupported, notAcceptable, unsupportedMediaType, tooLarge, tooManyRequests
        case tooComplexQuery, tooManyResults, contextUnavailable, unknownTenant
        case unavailable, storageFull, internalError, loopDetected
    }

    /// One place inside the input that is wrong.
    package struct Detail: Sendable, Hashable {
        /// JSON pointer, parameter name, or `line 12`.
        package var place: String
        package var message: String

        package init(place: String, message: String) {
            self.place = place
            self.message = message
        }
    }

    package var kind: Kind
    /// One short sentence, the same for every occurrence of the kind.
    package var title: String
    /// What is wrong in this occurrence. Never personal data, never a secret.
    package var detail: String
    /// How to mend it, as an instruction.
    package var remedy: String?
    package var places: [Detail]
    /// The same for whoever reads a page; without it pages say what all problems of the kind have in
    /// common.
    package var said: Saying?

    /// A refusal in the reader's language.
    package struct Saying: Sendable, Hashable {
        package var title: LocalizedText
        /// What is wrong and how to mend it.
        package var sentence: LocalizedText
    }

    /// A refusal that people meet on pages. Programs get the English of it.
    package init(_ kind: Kind, saying title: LocalizedText, _ sentence: LocalizedText) {
        self.init(kind, title: title.english, detail: sentence.english)
        said = Saying(title: title, sentence: sentence)
    }

    package init(
        _ kind: Kind, title: String, detail: String, remedy: String? = nil, places: [Detail] = []
    ) {
        self.kind = kind
        self.title = title
        self.detail = detail
        self.remedy = remedy
        self.places = places
    }
}

/// An error of any target that knows how to say itself to its reader.
package protocol ProblemConvertible: Error {
    var problem: Problem { get }
}

extension Problem: ProblemConvertible {
    package var problem: Problem { self }
}

extension JSONError: ProblemConvertible {
    package var problem: Problem {
        Problem(
            .invalidRequest, title: "The body is not valid JSON", detail: reason.rawValue,
            remedy: "Correct the JSON at line \(line), column \(column).",
            places: [.init(place: "line \(line), column \(column)", message: reason.rawValue)])
    }
}
