package import CityKernel

/// Addresses of pages in the reader's language.
///
/// A reader who chose a language by `?lang=` keeps it in every link, so that it works without
/// cookies; one who chose by cookie or browser has clean links.
package struct Links: Sendable, Hashable {
    package let language: Language
    /// Whether links repeat `lang`.
    package let isLanguageInQuery: Bool
    /// Path of the page being shown.
    package let path: String
    /// Its query without `lang`.
    package let query: String

    package init(
        _ language: Language, isLanguageInQuery: Bool = false, path: String = "/",
        query: String = ""
    ) {
        self.language = language
        self.isLanguageInQuery = isLanguageInQuery
        self.path = path
        self.query = query
    }

    /// The address of a page of this site. `target` is a path with or without a query.
    package func to(_ target: String) -> String {
        guard isLanguageInQuery else { return target }
        return target + (target.contains("?") ? "&" : "?") + "lang=" + language.rawValue
    }

    /// This same page in another language.
    package func inLanguage(_ other: Language) -> String {
        path + "?" + (query.isEmpty ? "" : query + "&") + "lang=" + other.rawValue
    }

    /// This page's own address without some parameters of its query.
    package func pathWithQuery(without names: Set<String>) -> String {
        let kept = query.split(separator: "&").filter { pair in
            !names.contains(String(pair.prefix { $0 != "=" }))
        }
        return kept.isEmpty ? path : path + "?" + kept.joined(separator: "&")
    }

    /// Where whoever must sign in to see this page does it; it leads back here.
    var toSignIn: String {
        let door =
            ResidentMiddleware.isOwnPath(path)
            ? ResidentMiddleware.path : SignInPages.signInPath
        return to("\(door)?next=\(path)")
    }

    /// `?lang=en`, or nothing: what a template writes after a path without a query.
    var querySuffix: String { isLanguageInQuery ? "?lang=" + language.rawValue : "" }
    /// `&lang=en`, or nothing: what a template writes after a path with a query.
    var queryAddition: String { isLanguageInQuery ? "&lang=" + language.rawValue : "" }
}
