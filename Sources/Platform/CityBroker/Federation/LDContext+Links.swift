import CityKernel

extension LDContext {
    /// The one URL that says this context; `nil` for the core context and for what no URL says.
    package var linkableURL: String? {
        guard let source else { return nil }
        if let url = source.string { return url }
        guard let parts = source.array, parts.allSatisfy({ $0.string != nil }) else { return nil }
        let urls = parts.compactMap(\.string).filter { !CoreContext.isCore($0) }
        return urls.count == 1 ? urls[0] : nil
    }

    /// Whether a Link header, or none at all, says it.
    package var isLinkable: Bool { source == nil || linkableURL != nil || isCoreAlone }

    private var isCoreAlone: Bool {
        source?.array?.allSatisfy { $0.string.map(CoreContext.isCore) ?? false } ?? false
    }
}
