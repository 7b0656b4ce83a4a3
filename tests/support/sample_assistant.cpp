#include "tests/support/sample_assistant.hpp"

namespace trunkline::testing {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

std::vector<service> services() {
  return {
      {"cleaning", "cleaning", {"teeth cleaning", "hygiene visit", "dental cleaning"}, minutes{30}},
      {"check-up", "check up", {"dental exam", "exam", "routine visit"}, minutes{30}},
      {"filling", "filling", {"cavity filling", "cavity"}, minutes{60}},
      {"whitening", "whitening", {"teeth whitening", "bleaching"}, minutes{60}},
      {"root-canal",
       "root canal consultation",
       {"root canal", "consultation for a root canal"},
       minutes{60}},
  };
}

std::vector<staff_member> staff() {
  return {
      {"lee", "Doctor Lee", "dentist", {"the dentist", "the doctor"}, "+15550100201"},
      {"maria", "Maria", "front desk", {"the front desk", "reception"}, "+15550100202"},
      {"sam", "Sam", "billing", {"billing", "the billing department"}, "+15550100203"},
  };
}

std::vector<faq_entry> faq() {
  return {
      {"hours",
       {"what are your opening hours", "when are you open", "are you open on saturday",
        "what time do you close"},
       "We are open Monday to Friday from eight to five, and Saturday from nine to one."},
      {"address",
       {"where are you located", "what is your address", "is there parking",
        "how do i get to your office"},
       "We are at twelve Maple Street, and parking behind the building is free."},
      {"insurance",
       {"do you take insurance", "what insurance do you accept", "is my insurance accepted"},
       "We accept most major dental insurance plans. Please bring your insurance card."},
      {"prices",
       {"how much does a cleaning cost", "what does a filling cost", "what are your prices",
        "how much is whitening"},
       "A cleaning is ninety dollars and a check up is sixty. Other prices depend on the exam."},
      {"payment",
       {"how can i pay", "do you take credit cards", "do you have payment plans"},
       "We take cash, cards, and monthly payment plans."},
      {"new-patients",
       {"are you accepting new patients", "do you take new patients",
        "can i come as a new patient"},
       "Yes, new patients are welcome, and the first visit takes about an hour."},
      {"what-to-bring",
       {"what should i bring", "what do i need to bring", "do i have to bring anything"},
       "Please bring a photo identification, your insurance card, and a list of your medicines."},
      {"cancellation-policy",
       {"what is your cancellation policy", "is there a cancellation fee",
        "what happens if i miss my appointment"},
       "You can cancel free of charge up to twenty four hours before your appointment."},
  };
}

} // namespace

assistant sample_assistant() {
  assistant a;
  a.id = "brightsmile";
  a.tenant_id = "brightsmile";
  a.version = "sample";
  a.is_default = true;
  a.numbers = {"+15550100200"};
  a.business = "Brightsmile Dental";
  a.agent_name = "Ava";
  a.persona = "Friendly, calm and brief receptionist of a dental practice.";
  a.greeting = "Thank you for calling Brightsmile Dental. This is Ava. How can I help you?";
  a.voice = "slt";
  a.faq = faq();
  a.services = services();
  a.staff = staff();
  for (unsigned weekday = 1; weekday <= 5; ++weekday)
    a.hours.push_back({weekday, hours{8}, hours{17}});
  a.hours.push_back({6, hours{9}, hours{13}});
  a.holidays = {"2026-11-26", "2026-12-25", "2027-01-01"};
  a.front_desk = "maria";
  a.emergency_number = "+15550100299";
  return a;
}

} // namespace trunkline::testing
