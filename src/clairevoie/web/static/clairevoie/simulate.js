// A case in the fragment of the address: #enfants=3&situation=seul. Browsers never send a fragment,
// so the server learns nothing of it until the form itself is posted; and it keeps nothing then.
// A field may bear any lower-case name: no property of the form by such a name is read here.
"use strict";
{
  const form = document.getElementById("case");
  const share = document.getElementById("share");
  const page = location.href.split("#")[0];
  const token = "csrfmiddlewaretoken";

  const fragment = () => {
    const answers = new URLSearchParams();
    for (const [name, value] of new FormData(form))
      if (name !== token && value !== "") answers.append(name, value);
    return `#${answers}`;
  };

  const fill = (answers) => {
    let known = false;
    for (const field of form.querySelectorAll("input, select")) {
      const value = field.name === token ? null : answers.get(field.name);
      if (value === null) continue;
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
      known = true;
    }
    return known;
  };

  const copy = async () => {
    const link = page + fragment();
    const said = share.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(link);
      said.textContent = said.dataset.copied;
    } catch {
      said.textContent = `${said.dataset.refused} ${link}`;
    }
  };

  if (form) {
    share.hidden = false;
    share.querySelector("button").addEventListener("click", copy);
    // The address then holds the case, and can be kept as a bookmark.
    form.addEventListener("submit", () => form.setAttribute("action", page + fragment()));
    const asked = new URLSearchParams(location.hash.slice(1));
    if (!form.hasAttribute("data-answered") && fill(asked)) form.requestSubmit();
  }
}
