// While quotas are typed, says whether they can be met. Without it, the button does the same.
"use strict";
{
  const form = document.getElementById("quotas");
  const place = document.getElementById("check");
  let timer = 0;
  let asked = 0;

  const check = async () => {
    const turn = ++asked;
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
      const text = await answer.text();
      // A slow answer to what was typed before is no longer of use.
      if (answer.ok && turn === asked) place.innerHTML = text;
    } catch {
      place.textContent = "";
    }
  };

  if (form)
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(check, 400);
    });
}
