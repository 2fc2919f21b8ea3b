// A scanned code arrives behind "#", which no server sees: put it into the form, and out of the address.
const digits = decodeURIComponent(location.hash.slice(1)).replace(/\D/g, "");
if (digits.length === 16) {
  document.querySelector("#code").value = digits.replace(/(\d{4})(?=\d)/g, "$1 ");
  history.replaceState(null, "", location.pathname);
}
