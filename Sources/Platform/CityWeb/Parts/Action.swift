/// A door to another page that stands out: at most two beside each other.
///
/// Part `part/action`.
package struct Action: Sendable, Hashable {
    package enum Weight: Sendable, Hashable {
        /// What most readers of the page should do next; one a page.
        case main
        case second
        /// Cannot be undone; its page says so and asks once more.
        case danger
    }

    let words: String
    let path: String
    let icon: String?
    let style: String

    /// - Parameters:
    ///   - path: an address with language, from `Links`.
    ///   - icon: name of a file in `Templates/icon`.
    package init(_ words: String, path: String, icon: String? = nil, weight: Weight = .main) {
        self.words = words
        self.path = path
        self.icon = icon.map { "icon/" + $0 }
        self.style =
            switch weight {
            case .main: ""
            case .second: "second"
            case .danger: "danger"
            }
    }
}

/// A link inside a sentence or a list.
///
/// In `part/rows`: a row of a list that leads on.
package struct RowLink: Sendable, Hashable {
    let words: String
    let path: String
    let icon: String?
    let note: String?

    /// - Parameter note: stands at the right: `0.7 km`, `3:49`.
    package init(_ words: String, path: String, icon: String? = nil, note: String? = nil) {
        self.words = words
        self.path = path
        self.icon = icon.map { "icon/" + $0 }
        self.note = note
    }
}
