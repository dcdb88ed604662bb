import CityConsent
import CityKernel

/// What everybody may see of the use of personal data: purposes with how many said yes, and what
/// was disclosed without.
struct PersonalUse {
    struct Purpose {
        let title: String
        let purpose: String
        let recipient: String
        let kinds: String
        let count: String
    }

    struct Emergency {
        let reason: String
        let kinds: String
        let since: String
        let until: String
        let reads: String
    }

    let purposes: [Purpose]
    let emergencies: [Emergency]

    init(
        _ catalogue: ConsentCatalogue, _ counts: [String: Int],
        _ emergencies: [EmergencyDisclosure], _ language: Language
    ) {
        purposes = catalogue.notices.map { notice in
            Purpose(
                title: notice.title[language], purpose: notice.purpose[language],
                recipient: catalogue.recipients[notice.recipient]?[language] ?? notice.recipient,
                kinds: catalogue.words(for: notice.kinds, language),
                count: Int64(counts[notice.id] ?? 0).grouped)
        }
        self.emergencies = emergencies.map { path in
            Emergency(
                reason: path.reason, kinds: catalogue.words(for: path.kinds, language),
                since: path.openedAt.spokenDate(in: language, withYear: true) + " "
                    + path.openedAt.spokenClock,
                until: path.endsAt.spokenDate(in: language, withYear: true) + " "
                    + path.endsAt.spokenClock, reads: Int64(path.readCount).grouped)
        }
    }
}

extension ConsentCatalogue {
    func words(for kinds: [String], _ language: Language) -> String {
        kinds.map { self.kinds[$0]?[language] ?? $0 }.joined(separator: " / ")
    }
}
