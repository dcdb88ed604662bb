package import CityKernel
package import Hummingbird

/// What every model of a staff page is made with: the reader's language and addresses, the words,
/// and the token that goes hidden into each form.
package struct StaffDesk: Sendable {
    package let links: Links
    package let texts: Texts
    package let formToken: String

    package init(links: Links, texts: Texts, formToken: String) {
        self.links = links
        self.texts = texts
        self.formToken = formToken
    }

    package var language: Language { links.language }

    /// A text in the reader's language.
    /// - Precondition: the key is known.
    package func say(_ key: String) -> String { texts[key][language] }
}

/// A model that names its page.
package protocol TitledModel: Sendable {
    var title: String { get }
}

extension PageRenderer {
    package func desk(_ context: CityRequestContext) -> StaffDesk {
        StaffDesk(
            links: context.links, texts: texts, formToken: context.staff?.formToken ?? "")
    }

    /// The way of every staff page: model, template, frame.
    /// - Parameters:
    ///   - template: its name; the model's `title` names the page.
    ///   - page: what differs from a plain page: bands, crumbs, refresh, assets.
    /// - Throws: what `model` throws; `TemplateError`.
    package func respondToStaff(
        _ template: String, to request: Request, _ context: CityRequestContext,
        page change: (inout Page) -> Void = { _ in },
        model make: (StaffDesk) async throws -> some TitledModel
    ) async throws -> Response {
        let model = try await make(desk(context))
        var page = Page(
            title: model.title, body: try render(template, model, links: context.links),
            audience: .staff)
        change(&page)
        return try respond(with: page, to: request, context)
    }
}
