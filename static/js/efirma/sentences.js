// What is said, by field and code: what happened, and what to do next.

const format = (options) => (moment) => new Intl.DateTimeFormat("es-MX", options).format(moment);
const day = format({ dateStyle: "long", timeZone: "America/Mexico_City" });
export const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const CER = "Elija el .cer de su e.firma, tal como lo descargó del SAT.";
const KEY = "Elija el .key original de su e.firma, tal como lo generó para el SAT.";
const WRONG = "La contraseña no corresponde a esta llave";
const AT_THE_PAC = "Intente otra vez, o firme en el sitio del PAC.";
const BOTH = {
  empty: "El archivo está vacío: quizá la copia se interrumpió. Cópielo otra vez.",
  big: "El archivo es demasiado grande: los del SAT pesan menos de 16 KB.",
  zip: "Es un archivo comprimido. Ábralo y elija aquí el que está dentro.",
  pfx: "Es un archivo .pfx, que el SAT no usa. Elija los dos originales: el .cer y el .key.",
};

const SENTENCES = {
  certificate: {
    ...BOTH,
    missing: "Elija el certificado de su e.firma: el archivo que termina en .cer.",
    damaged: `No es un certificado, o está dañado. ${CER}`,
    converted: `Es una llave que convirtió otro programa. ${CER}`,
    swapped: "Los archivos están intercambiados: esta es la llave. Elija aquí el que termina en .cer.",
    CSD: "Es un CSD: sirve para facturar, no para firmar. Elija el .cer de su e.firma (FIEL).",
    authority: `Es el certificado de una autoridad. ${CER}`,
    unknown: `No es una e.firma del SAT. ${CER}`,
    other_rfc: ({ rfc, ours }) => `Es la e.firma de ${rfc || "otra persona"}. Elija la de ${ours}.`,
    expired: ({ until }) => `Esta e.firma venció el ${day(until)}. Renuévela en el SAT y firme con la nueva.`,
    early: ({ from }) => `Esta e.firma sirve a partir del ${day(from)}. Vuelva ese día.`,
  },
  key: {
    ...BOTH,
    missing: "Elija la llave privada de su e.firma: el archivo que termina en .key.",
    damaged: `No es una llave privada, o está dañada. ${KEY}`,
    converted: `Es una llave que convirtió otro programa. ${KEY}`,
    swapped: "Los archivos están intercambiados: este es el certificado. Elija aquí el que termina en .key.",
    plain: `La llave no tiene contraseña, y las del SAT siempre la llevan. ${KEY}`,
    cost: `La llave pide un trabajo de descifrado que ninguna del SAT pide, y no la abrimos. ${KEY}`,
    old: "La llave usa un cifrado antiguo que los navegadores no abren. Firme en el sitio del PAC.",
    scheme: `La llave está cifrada de una manera que el SAT no usa. ${KEY}`,
    size: `La llave es de otro tipo o tamaño que las del SAT. ${KEY}`,
    numbers: `La contraseña abre la llave, pero la llave está dañada. ${KEY}`,
    pair: "La llave no es de este certificado. Elija el .key que se generó junto con este .cer.",
  },
  password: {
    missing: "Escriba la contraseña de la llave.",
    wrong: `${WRONG}. Escríbala otra vez. Revise si Bloq Mayús está activado.`,
    space_after: `${WRONG}: sobra un espacio al final. Escríbala sin él.`,
    space_before: `${WRONG}: sobra un espacio al principio. Escríbala sin él.`,
    caps_lock: `${WRONG}: las mayúsculas y minúsculas están al revés. ¿Tiene Bloq Mayús activado?`,
  },
  agreed: { missing: "Lea el documento y marque la casilla para firmarlo." },
  page: {
    offline: "No hay conexión. Revise su red e intente otra vez; su llave no salió de este equipo.",
    not_shown: "Lo que se iba a firmar no es lo que se muestra. No firmamos nada: avise a Asistencia.",
    broken: `Algo falló en su navegador y no se firmó nada. ${AT_THE_PAC}`,
    said: ({ message }) => message ?? `No pudimos recibirlo. ${AT_THE_PAC}`,
  },
};

export function sentence({ field, code, facts }) {
  const said = SENTENCES[field][code];
  return typeof said === "string" ? said : said(facts);
}

export const holder = ({ name, rfc, representative, until }) =>
  `${name}, ${rfc}${representative && `; representante: ${representative}`}. Vigente hasta el ${day(until)}.`;
