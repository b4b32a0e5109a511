/** First and last names of ten languages, the frequent ones first, so that letters come as often as they do in life. */

export interface Language {
  /** Of a hundred people, how many have such names. */
  share: number;
  firsts: string[];
  lasts: string[];
  write: (first: string, last: string, other: string) => string;
}

const words = (text: string): string[] => text.trim().split(/\s+/);
const firstThenLast = (first: string, last: string): string => `${first} ${last}`;

export const languages: Language[] = [
  {
    share: 26,
    firsts: words(`
      James Mary John Jennifer Robert Linda Michael Elizabeth David Susan William Jessica Richard Sarah Joseph Karen
      Thomas Lisa Christopher Nancy Charles Emily Daniel Ashley Matthew Kimberly Anthony Emma Mark Olivia Steven Amanda
      Andrew Megan Joshua Rebecca Kenneth Laura Kevin Hannah Brian Chloe George Rachel Timothy Samantha Ryan Grace
      Jason Katherine Edward Sophie Jacob Abigail Nicholas Charlotte Benjamin Victoria Samuel Lucy Alexander Amelia
      Oliver Isabella Harry Zoe Ethan Ruby Dylan Hazel Gavin Imogen Rory Fiona Wyatt Phoebe Quentin Beatrice`),
    lasts: words(`
      Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson Martin Lee Thompson
      White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Green Baker Adams Nelson Hill Campbell
      Mitchell Roberts Carter Phillips Evans Turner Parker Collins Edwards Stewart Morris Murphy Cook Rogers Morgan
      Cooper Peterson Bailey Reed Kelly Howard Cox Ward Richardson Watson Brooks Wood James Bennett Gray Hughes Price
      Myers Long Foster Sanders Ross Powell Sullivan Russell Fisher Henderson Cole West Jordan Reynolds Hamilton
      Graham Wallace Woods Hayes Gibson McDonald O'Brien Marshall Murray Freeman Wells Webb Simpson Stevens Tucker
      Porter Hunter Hicks Crawford Boyd Mason Kennedy Warren Dixon Burns Gordon Shaw Holmes Rice Robertson Hunt Black
      Palmer Mills Grant Knight Ferguson Stone Hawkins Dunn Perkins Hudson Spencer Gardner Payne Pierce Berry Matthews
      Ashworth Blackwood Chatterton Drinkwater Entwistle Featherstone Greenhalgh Huddleston Inglethorpe Kirkpatrick
      Lockwood Macpherson Netherfield Oglethorpe Pemberton Quillfeather Ravenscroft Somerville Thistlewood Wainwright`),
    write: firstThenLast,
  },
  {
    share: 15,
    firsts: words(`
      Anna Peter Maria Michael Sabine Thomas Monika Andreas Petra Stefan Ursula Christian Claudia Wolfgang Julia Klaus
      Nicole Jürgen Stefanie Günter Katharina Matthias Susanne Uwe Birgit Jörg Heike Frank Angelika Dieter Lena Lukas
      Leonie Felix Johanna Tobias Franziska Florian Kerstin Sebastian Silke Bernd Anja Manfred Ute Rüdiger Käthe Götz
      Mathilda Moritz Friederike Konstantin Hannelore Joachim Wiebke Torsten Gesine Valentin Annegret Hartmut`),
    lasts: words(`
      Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
      Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann
      Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung
      Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht
      Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel
      Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas
      Voigt Sauer Arnold Wolff Pfeiffer Grünwald Achterberg Biedermann Clausnitzer Dreesen Eichhorst Fröhlich
      Großkopf Hinterleitner Irmscher Jeschke Kleinschmidt Lüdemann Mühlbauer Niederhuber Oberländer Pflügner
      Quandt Rosenkranz Steinhäuser Trautwein Uhlenbrock Vollmer Wüstenberg Zschäpel`),
    write: firstThenLast,
  },
  {
    share: 12,
    firsts: words(`
      Marie Jean Nathalie Pierre Isabelle Michel Sylvie Philippe Catherine Alain Camille Nicolas Sophie Julien Élodie
      Guillaume Céline Frédéric Aurélie François Léa Antoine Chloé Hugo Manon Mathieu Inès Théo Zoé Gaëlle Benoît
      Hélène Jérôme Agnès Loïc Amélie Rémi Noémie Cédric Geneviève Maëlle Étienne Brigitte Raphaël Solène Aïcha`),
    lasts: words(`
      Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David
      Bertrand Roux Vincent Fournier Morel Girard André Lefèvre Mercier Dupont Lambert Bonnet François Martinez Legrand
      Garnier Faure Rousseau Blanc Guérin Muller Henry Roussel Nicolas Perrin Morin Mathieu Clément Gauthier Dumont
      Lopez Fontaine Chevalier Robin Masson Sanchez Gérard Nguyen Boyer Denis Lemaire Duval Joly Gautier Roger Roche
      Roy Noël Meyer Lucas Meunier Jean Pérez Marchand Dufour Blanchard Brunet Aubry Beauchamp Charbonnier Desrochers
      Étienne Fauvergue Grandjean Hérisson Jouvenel Kerguélen Lacroix Montgolfier Naudin Ollivier Peltier Quesnel
      Rocheteau Saint-Léger Thibault Vaillancourt Delacourt Bouchard Tremblay`),
    write: firstThenLast,
  },
  {
    share: 13,
    firsts: words(`
      María José Carmen Antonio Ana Manuel Isabel Francisco Laura Juan Lucía David Marta Javier Paula Carlos Elena
      Daniel Cristina Miguel Sara Rafael Pilar Pedro Raquel Ángel Rocío Alejandro Beatriz Fernando Andrea Sergio Sofía
      Pablo Valentina Jorge Camila Diego Ximena Álvaro Guadalupe Iván Inés Rubén Mónica Óscar Begoña Joaquín Nuria
      Íñigo Esperanza Santiago Mercedes Agustín Montserrat Ignacio Concepción Xavier Verónica Ramón`),
    lasts: words(`
      García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno
      Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina
      Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos
      Lozano Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal León Márquez Herrera Peña Flores Cabrera Campos Vega
      Fuentes Carrasco Diez Caballero Reyes Nieto Aguilar Pascual Santana Herrero Lorenzo Montero Hidalgo Giménez
      Ibáñez Ferrer Durán Santiago Benítez Mora Vicente Vargas Arias Carmona Crespo Román Pastor Soto Sáez Velasco
      Zubizarreta Etxeberria Quiñones Yáñez Urrutia Bustamante Covarrubias Echeverría`),
    write: (first, last, other) => `${first} ${last} ${other}`,
  },
  {
    share: 9,
    firsts: words(`
      Anna Piotr Maria Krzysztof Katarzyna Andrzej Małgorzata Tomasz Agnieszka Jan Barbara Paweł Ewa Michał Krystyna
      Marcin Elżbieta Stanisław Zofia Jakub Aleksandra Łukasz Joanna Zbigniew Magdalena Wojciech Monika Grzegorz
      Zuzanna Mateusz Julia Rafał Danuta Przemysław Żaneta Świętosława Bożena Sławomir Jadwiga Włodzimierz`),
    lasts: words(`
      Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski
      Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król
      Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki
      Pawlak Górski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk Ostrowski Tomaszewski Pietrzak
      Zalewski Wróblewski Marciniak Jasiński Zawadzki Bąk Jakubowski Sadowski Duda Włodarczyk Wilk Chmielewski
      Brzęczyszczykiewicz Gżegżółka Śliwiński Źrebiec Łuczak Ćwikliński`),
    write: firstThenLast,
  },
  {
    share: 7,
    firsts: words(`
      Mehmet Fatma Mustafa Ayşe Ahmet Emine Ali Hatice Hüseyin Zeynep Hasan Elif İbrahim Meryem İsmail Şerife Osman
      Zehra Yusuf Sultan Murat Hanife Ömer Merve Ramazan Özlem Halil Büşra Süleyman Esra Abdullah Gülsüm Emre Yasemin
      Burak Çiğdem Kaan Işıl Oğuzhan Tuğba Uğur Nurgül Barış Şebnem Koray Pınar`),
    lasts: words(`
      Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt
      Özkan Şimşek Polat Korkmaz Çakır Erdoğan Yavuz Can Acar Aktaş Güler Tekin Keskin Avcı Turan Işık Bulut Yalçın
      Güneş Bozkurt Ünal Taş Karataş Köse Gül Duman Kaplan Tunç Sarı Özer Toprak Ateş Coşkun Uçar Bayram Akgül
      Karahan Büyükyılmaz Çağlayan Hacıoğlu Küçükkaya Öğretmenoğlu`),
    write: firstThenLast,
  },
  {
    share: 9,
    firsts: words(`
      Александр Елена Сергей Татьяна Дмитрий Ольга Андрей Наталья Алексей Ирина Максим Анна Евгений Светлана Иван Мария
      Михаил Людмила Владимир Екатерина Николай Юлия Роман Марина Виктор Анастасия Павел Галина Олег Дарья Артём Ксения
      Юрий Полина Игорь Вера Константин Надежда Фёдор Любовь Станислав Жанна Вячеслав Эльвира Григорий Зинаида`),
    lasts: words(`
      Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев Лебедев
      Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев Соловьёв Борисов
      Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев Королёв Гусев Киселёв Ильин
      Максимов Поляков Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров
      Давыдов Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Щербаков Цветков
      Шестаков Чернышёв Хохлов Эрдман Юдин`),
    write: firstThenLast,
  },
  {
    share: 3,
    firsts: words(`
      Γιώργος Μαρία Δημήτρης Ελένη Κώστας Κατερίνα Γιάννης Βασιλική Νίκος Σοφία Παναγιώτης Αγγελική Χρήστος Γεωργία
      Βασίλης Δήμητρα Θανάσης Κωνσταντίνα Μιχάλης Άννα Σπύρος Ευαγγελία Αλέξανδρος Ιωάννα Στέλιος Ζωή Φώτης Ξένια`),
    lasts: words(`
      Παπαδόπουλος Παπαδάκης Οικονόμου Γεωργίου Παππάς Βασιλείου Δημητρίου Νικολάου Καραγιάννης Ιωάννου Αντωνίου
      Μακρής Παπαγεωργίου Κωνσταντίνου Αθανασίου Αγγελόπουλος Χατζής Παναγιωτόπουλος Σταματόπουλος Θεοδώρου Ζαφειρίου
      Λάμπρου Ξενάκης Ρήγας Τσακίρης Φωτόπουλος Ψαρράς`),
    write: firstThenLast,
  },
  {
    share: 3,
    firsts: words(`
      伟 芳 娜 敏 静 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 建华 文 玉兰 志强 秀兰 丽 小红 浩然 子涵 欣怡
      宇轩 梓萱 雨桐 博文 思远 嘉怡 俊杰 晓明 海燕 雪梅 国庆 春花 天佑 若曦`),
    lasts: words(`
      王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 袁 潘 于 蒋 蔡
      余 杜 叶 程 苏 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金 欧阳 司马 上官 诸葛`),
    write: (first, last) => last + first,
  },
  {
    share: 3,
    firsts: words(`
      Anh Minh Hương Hùng Lan Tuấn Linh Dũng Mai Hải Thảo Nam Trang Long Ngọc Quân Hạnh Thành Phương Đức Thủy Sơn Yến
      Khánh Vy Bảo Quỳnh Phúc Giang Việt Như Trường Hoa Cường Loan Đạt Tú Thịnh Xuân Vinh`),
    lasts: words(`
      Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Lâm Đoàn Trịnh Mai Đào Cao Lương Hà
      Tạ Châu Quách Thái Tô`),
    write: (first, last, other) => `${last} ${other.slice(0, 1).toUpperCase()}. ${first}`,
  },
];
