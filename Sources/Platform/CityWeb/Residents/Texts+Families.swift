import CityKernel

extension Texts {
    /// Words of `/my/family` and of the counter's pages.
    static let ofFamilies: Texts = [
        "dataTitle": .init("わたしのデータ", easy: "わたしの データ", en: "My data"),
        "dataNote": .init(
            "同意、受領書、市が持つ情報", easy: "どうい、うけとりしょ", en: "Consents, receipts, what is held"),
        "familyTitle": .init("家族と代わりの手続き", easy: "家族と かわりの てつづき", en: "Family and helpers"),
        "familyNote": .init(
            "子ども、任せる人、窓口の番号", easy: "子ども、たすけて くれる 人、まどぐちの ばんごう",
            en: "Children, who acts for you, code for the counter"),
        "familyLead": .init(
            "だれがだれの代わりに手続きできるかを、ここで見て、決めます。市は名前を残しません。",
            easy: "だれが だれの かわりに てつづき できるか、ここで きめます。市は 名前を のこしません。",
            en: "Who may act for whom is seen and decided here. The city keeps no names."),
        "familyActing": .init("わたしが代わりにできる人", easy: "わたしが かわりに できる 人", en: "I may act for"),
        "familyActed": .init("わたしの代わりにできる人", easy: "わたしの かわりに できる 人", en: "May act for me"),
        "familyNobody": .init("いまはいません。", easy: "いまは いません。", en: "Nobody at present."),
        "familyGuardian": .init("保護者(18歳まで)", easy: "親など (18さいまで)", en: "Guardian (until 18)"),
        "familyProxy": .init("委任", easy: "たのむ", en: "Proxy"),
        "familyAll": .init("子どもの手続きすべて", easy: "子どもの てつづき ぜんぶ", en: "All of the child's matters"),
        "familyUntil": .init("終わりの日", easy: "おわりの 日", en: "Until"),
        "familyUntilHint": .init(
            "明日から一年以内。いつでも終えられます。", easy: "1年まで。いつでも おわりに できます。",
            en: "At most a year. You can end it at any time."),
        "familyNickname": .init("呼び名", easy: "よびな", en: "Your word for them"),
        "familyNicknameHint": .init(
            "あなただけに見えます(例: 上の子)。本名でなくてかまいません。",
            easy: "あなただけが 見ます。(れい: 上の子)",
            en: "Only you see it, for example \"my eldest\". It need not be a real name."),
        "familyRename": .init("呼び名を変える", easy: "よびなを かえる", en: "Change your word"),
        "familySave": .init("保存", easy: "ほぞん", en: "Save"),
        "familyEnd": .init("終える", easy: "おわりに する", en: "End it"),
        "familyGuardianEnds": .init(
            "18歳の誕生日に自然に終わります。事情があるときは窓口へ。",
            easy: "18さいの たんじょう日に おわります。", en: "Ends by itself on the 18th birthday."),
        "familyOffer": .init("だれかに任せる", easy: "だれかに たのむ", en: "Let somebody act for me"),
        "familyMatters": .init("任せること", easy: "たのむ こと", en: "What to leave to them"),
        "familyOfferDo": .init("案内のリンクを作る", easy: "リンクを つくる", en: "Make the link"),
        "familyOffered": .init("任せる人に渡してください", easy: "たのむ 人に わたして ください", en: "Hand this on"),
        "familyOfferedNote": .init(
            "このリンクを開いて受けた人が、代わりの人になります。一度だけ、7日のあいだ使えます。ここを閉じると、もう見られません。",
            easy: "この リンクを 開いた 人が、かわりの 人に なります。1かいだけ、7日 つかえます。",
            en:
                "Whoever opens it and accepts acts for you. It serves once, for 7 days, and is not shown again."
        ),
        "familyTake": .init("代わりの手続きを受ける", easy: "かわりの てつづきを うける", en: "Act for somebody"),
        "familyTakeNote": .init(
            "この手続きの代わりを頼まれています。受けますか。", easy: "この てつづきを たのまれました。うけますか。",
            en: "You are asked to see to these matters. Do you accept?"),
        "familyTakeDo": .init("受ける", easy: "うける", en: "Accept"),
        "familyNotNow": .init("受けない", easy: "うけない", en: "Not now"),
        "familyCode": .init("窓口の番号", easy: "まどぐちの ばんごう", en: "Code for the counter"),
        "familyCodeNote": .init(
            "市役所の窓口でこの番号を見せると、職員があなたの登録を開けます。10分で終わります。",
            easy: "まどぐちで この ばんごうを 見せて ください。10ぷんで おわります。",
            en:
                "Show it at the counter so that the clerk finds your account. It ends in 10 minutes."
        ),
        "familyCodeDo": .init("番号を出す", easy: "ばんごうを 出す", en: "Show a code"),
        "familyCodeUntil": .init("この時刻まで:", easy: "この 時間まで:", en: "Good until"),
        "familyOfAge": .init("18歳になりました", easy: "18さいに なりました", en: "Of age"),
        "familyOfAgeMe": .init(
            "保護者が代わりに手続きすることは終わりました。これからはあなたが決めます。",
            easy: "これからは あなたが きめます。", en: "Your guardians act for you no more. You decide now."),
        "familyOfAgeChild": .init(
            "お子さんの手続きを代わりにすることは終わりました。", easy: "子どもの かわりは おわりました。",
            en: "You act for your child no more."),

        "counterTitle": .init("住民の窓口", easy: "まどぐち", en: "Counter"),
        "counterLead": .init(
            "マイページの「窓口の番号」を見せてもらい、入力します。名前は聞いて確かめ、ここには残しません。",
            easy: "「まどぐちの ばんごう」を 入れます。",
            en: "Type the code that the resident shows from /my/family."),
        "counterCode": .init("窓口の番号(8桁)", easy: "ばんごう (8けた)", en: "Code (8 digits)"),
        "counterOpen": .init("開く", easy: "ひらく", en: "Open"),
        "counterResident": .init("住民", easy: "じゅうみん", en: "Resident"),
        "counterRights": .init("代わりの手続き", easy: "かわりの てつづき", en: "Representation"),
        "counterChildren": .init("子どもを登録する", easy: "子どもを とうろく する", en: "Register a child"),
        "counterBorn": .init("子どもの生年月日", easy: "子どもの たんじょう日", en: "Child's date of birth"),
        "counterBornHint": .init(
            "18歳になる時刻だけを残します。", easy: "18さいに なる 日だけ のこします。",
            en: "Only the instant of the 18th birthday is kept."),
        "counterShown": .init("確かめた書類", easy: "たしかめた 書類", en: "Document shown"),
        "counterGuardian": .init("保護者を加える", easy: "親などを たす", en: "Add a guardian"),
        "counterOtherCode": .init(
            "もう一人の窓口の番号", easy: "もう一人の ばんごう", en: "The other person's code"),
        "counterHousehold": .init("世帯", easy: "せたい", en: "Household"),
        "counterJoin": .init("世帯に加える", easy: "せたいに たす", en: "Bring into the household"),
        "counterShops": .init("事業者", easy: "お店", en: "Merchants"),
        "counterShopName": .init("店・会社の名前", easy: "お店の 名前", en: "Name of the shop"),
        "counterShopAdd": .init("事業者として登録", easy: "お店を とうろく", en: "Register the shop"),
        "consumerEnded": .init("終わり", easy: "おわり", en: "Ended"),
        "counterNone": .init("ありません", easy: "ありません", en: "None"),
        "counterAgent": .init("代わりをする人", easy: "かわりの 人", en: "Agent"),
        "counterSubject": .init("される人", easy: "される 人", en: "For"),
    ]
}
