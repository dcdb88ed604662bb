package import CityKernel
import HTTPTypes
package import Hummingbird

/// Finds the reader's language: `?lang=`, then the cookie `lang`, then Accept-Language, then
/// Japanese. A choice by `?lang=` is remembered in the cookie.
package struct LanguageMiddleware: RouterMiddleware {
    package typealias Context = CityRequestContext

    /// The cookie is remembered for a year.
    static let cookieAgeSeconds = 31_536_000

    package init() {}

    package func handle(
        _ request: Request, context: CityRequestContext,
        next: (Request, CityRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.links = Links(reading: request)
        var response = try await next(request, context)
        if context.links.isLanguageInQuery {
            // Beside whatever else the answer sets: a session, for one.
            response.headers.append(
                HTTPField(name: .setCookie, value: Self.cookie(for: context.language)))
        }
        return response
    }

    static func cookie(for language: Language) -> String {
        "lang=\(language.rawValue); Path=/; Max-Age=\(cookieAgeSeconds); SameSite=Lax"
    }
}

extension Links {
    init(reading request: Request) {
        let query = (request.uri.query ?? "").split(separator: "&")
            .filter { !$0.hasPrefix("lang=") }.joined(separator: "&")
        self.init(
            Language(reading: request),
            isLanguageInQuery: request.rawQueryParameter("lang").map(Language.isSpoken) ?? false,
            path: request.uri.path, query: query)
    }
}

extension Language {
    static func isSpoken(_ name: Substring) -> Bool { Language(rawValue: String(name)) != nil }

    init(reading request: Request) {
        self.init(
            target: request.target, cookie: request.cookie("lang"),
            accepted: request.headers[.acceptLanguage])
    }

    /// - Parameters:
    ///   - target: path and query, as sent.
    ///   - cookie: the value of the cookie `lang`.
    ///   - accepted: the field Accept-Language.
    init(target: String, cookie: Substring?, accepted: String?) {
        self =
            HeaderText.queryParameter("lang", in: target)
            .flatMap { Language(rawValue: String($0)) }
            ?? cookie.flatMap { Language(rawValue: String($0)) }
            ?? accepted.flatMap { Language(accepted: $0) } ?? .japanese
    }
}

extension Language {
    /// The best language for an Accept-Language field: `en-US,en;q=0.9,ja;q=0.8` is English.
    /// Languages that the city does not speak count as English only when Japanese is not asked for.
    package init?(accepted field: String) {
        let ranges = field.split(separator: ",").map { part -> (tag: Substring, weight: Double) in
            let words = part.split(separator: ";").map(\.trimmed)
            let weight = words.dropFirst().first { $0.hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) }
            return (words.first ?? "", weight ?? 1)
        }
        .filter { $0.weight > 0 && !$0.tag.isEmpty && $0.tag != "*" }
        guard !ranges.isEmpty else { return nil }
        // max(by:) would take the last of equals; readers list the dearest first.
        let known = ranges.filter { $0.tag.hasPrefix("ja") || $0.tag.hasPrefix("en") }
        let best = known.reduce(known.first) { best, range in
            guard let best else { return range }
            return range.weight > best.weight ? range : best
        }
        guard let best else {
            self = .english
            return
        }
        self =
            switch best.tag {
            case "ja-x-easy": .easyJapanese
            case let tag where tag.hasPrefix("ja"): .japanese
            default: .english
            }
    }
}
