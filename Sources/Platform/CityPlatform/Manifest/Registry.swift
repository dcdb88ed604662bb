import CityBroker
package import CityKernel

/// The services of a running city, checked once at the start.
package struct Registry: Sendable {
    package let manifests: [ServiceManifest]
    private let writers: [String: ServiceManifest]

    /// - Throws: `RegistryError` with every contradiction found.
    package init(_ services: [any CityService]) throws(RegistryError) {
        try self.init(
            manifests: services.map(\.manifest),
            rules: services.flatMap { service in
                service.rules().map { RuleDeclaration($0, serviceID: service.manifest.id) }
            })
    }

    package init(
        manifests: [ServiceManifest], rules: [RuleDeclaration]
    ) throws(RegistryError) {
        let faults =
            Self.repeatedIDs(manifests) + Self.unknownPlanItems(manifests)
            + Self.contestedNouns(manifests) + Self.orphanedReads(manifests)
            + Self.undeclaredRules(manifests, rules) + Self.circle(rules)
        guard faults.isEmpty else { throw RegistryError(faults: faults) }
        self.manifests = manifests
        self.writers = Dictionary(
            manifests.flatMap { manifest in manifest.writes.map { ($0, manifest) } },
            uniquingKeysWith: { first, _ in first })
    }

    package func writer(of noun: String) -> ServiceManifest? { writers[noun] }

    package func readers(of noun: String) -> [ServiceManifest] {
        manifests.filter { $0.reads.contains(noun) }
    }

    /// Every noun of the city, in order of name.
    package var nouns: [String] {
        Set(manifests.flatMap { $0.reads.union($0.writes) }).sorted()
    }

    // MARK: - Refusals

    private static func repeatedIDs(_ manifests: [ServiceManifest]) -> [RegistryError.Fault] {
        Dictionary(grouping: manifests, by: \.id).filter { $0.value.count > 1 }.keys.sorted()
            .map { .repeatedService($0) }
    }

    private static func unknownPlanItems(_ manifests: [ServiceManifest]) -> [RegistryError.Fault] {
        manifests.flatMap { manifest in
            manifest.planItems.filter { !PlanItem.all.contains($0) }
                .map { .unknownPlanItem($0, service: manifest.id) }
        }
    }

    private static func contestedNouns(_ manifests: [ServiceManifest]) -> [RegistryError.Fault] {
        var writers: [String: [String]] = [:]
        for manifest in manifests {
            for noun in manifest.writes { writers[noun, default: []].append(manifest.id) }
        }
        return writers.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
            .map { .twoWriters(noun: $0.key, services: $0.value) }
    }

    private static func orphanedReads(_ manifests: [ServiceManifest]) -> [RegistryError.Fault] {
        let written = Set(manifests.flatMap(\.writes))
        return manifests.flatMap { manifest in
            manifest.reads.subtracting(written).sorted()
                .map { .noWriter(noun: $0, reader: manifest.id) }
        }
    }

    private static func undeclaredRules(
        _ manifests: [ServiceManifest], _ rules: [RuleDeclaration]
    ) -> [RegistryError.Fault] {
        rules.flatMap { rule -> [RegistryError.Fault] in
            guard let manifest = manifests.first(where: { $0.id == rule.serviceID }) else {
                return []
            }
            let reads = rule.reads.subtracting(manifest.reads.union(manifest.writes))
            let writes = rule.writes.subtracting(manifest.writes)
            return reads.union(writes).sorted()
                .map { .undeclared(noun: $0, rule: rule.name, service: manifest.id) }
        }
    }

    /// Kahn's algorithm over "writes what the other reads"; what is left stands in a circle.
    private static func circle(_ rules: [RuleDeclaration]) -> [RegistryError.Fault] {
        var waiting = rules
        while !waiting.isEmpty {
            let written = waiting.map(\.writes)
            let ready = waiting.indices.filter { index in
                written.allSatisfy { waiting[index].reads.isDisjoint(with: $0) }
            }
            if ready.isEmpty { return [.circle(rules: waiting.map(\.name).sorted())] }
            for index in ready.reversed() { waiting.remove(at: index) }
        }
        return []
    }
}

/// The part of a rule that the registry checks.
package struct RuleDeclaration: Sendable, Hashable {
    package var name: String
    package var serviceID: String
    package var reads: Set<String>
    package var writes: Set<String>

    package init(name: String, serviceID: String, reads: Set<String>, writes: Set<String>) {
        self.name = name
        self.serviceID = serviceID
        self.reads = reads
        self.writes = writes
    }

    init(_ rule: any Rule, serviceID: String) {
        self.init(name: rule.name, serviceID: serviceID, reads: rule.reads, writes: rule.writes)
    }
}

/// A city whose services contradict each other does not start.
package struct RegistryError: Error, Sendable, Hashable {
    package enum Fault: Sendable, Hashable {
        case repeatedService(String)
        case unknownPlanItem(String, service: String)
        case twoWriters(noun: String, services: [String])
        case noWriter(noun: String, reader: String)
        case undeclared(noun: String, rule: String, service: String)
        case circle(rules: [String])
    }

    package var faults: [Fault]
}

extension RegistryError: ProblemConvertible {
    package var problem: Problem {
        Problem(
            .internalError, title: "The services of this city contradict each other",
            detail: faults.map(\.sentence).joined(separator: "; "),
            remedy: "Correct the manifests named here; the city does not start before.")
    }
}

extension RegistryError.Fault {
    package var sentence: String {
        switch self {
        case .repeatedService(let id): "two services are called \(id)"
        case .unknownPlanItem(let item, let service): "\(service) names plan item \(item)"
        case .twoWriters(let noun, let services):
            "\(noun) is written by \(services.joined(separator: " and "))"
        case .noWriter(let noun, let reader): "\(reader) reads \(noun), which nobody writes"
        case .undeclared(let noun, let rule, let service):
            "rule \(rule) touches \(noun), which \(service) does not declare"
        case .circle(let rules): "rules form a circle: \(rules.joined(separator: ", "))"
        }
    }
}

/// The items of the city's plan, as `docs/plan.md` lists them.
package enum PlanItem {
    package static let all: Set<String> = Set(
        [("A", 8), ("B", 6), ("C", 6), ("D", 3), ("E", 3), ("F", 3), ("G", 11), ("H", 6)]
            .flatMap { letter, count in (1...count).map { "\(letter)\($0)" } })
}
