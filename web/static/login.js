// The one-time link opens the page by itself; without this script its button does.

document.getElementById("login").submit();
